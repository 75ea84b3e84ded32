/** What is compared before a suspect is asked, cheapest first, and then the two tests. */
export const kinshipSteps = ['same-bytes', 'same-tensors', 'same-kind', 'draw', 'answers'] as const;
export type KinshipStep = (typeof kinshipSteps)[number];

/** What a comparison found: the suspect is that, is not, or nobody knows. */
export type KinshipFinding = 'yes' | 'no' | 'unknown';

/** The first three steps of the ladder: what a suspect is, seen without asking it anything. */
export interface Kinship {
  /** The base itself, or the release of a date that the key file records; undefined where it is neither. */
  readonly sameBytes: 'base' | { readonly releasedAt: string } | undefined;
  /** Whether it holds the base's tensors under whatever names; undefined where either cannot be read. */
  readonly sameTensors: boolean | undefined;
  /** The same of a marked copy: its folder, and whether it holds the tensors; undefined where none is given. */
  readonly copy: { readonly path: string; readonly isSame: boolean } | undefined;
  readonly kind: {
    /** Undefined where the base is not at hand. */
    readonly architecture: boolean | undefined;
    /** Whether its tensors have the names that the base's have. */
    readonly names: boolean | undefined;
    /** Undefined where its tokenizer cannot be read. */
    readonly tokenizer: boolean | undefined;
    /** The base that it names, if that is this one. */
    readonly declaredBase: string | undefined;
    /** Anything that it names besides, for a person to judge. */
    readonly otherBases: readonly string[];
    readonly licence: string | undefined;
  };
}

/** Whether a suspect is the unmarked model itself: then nothing that it says is evidence. */
export function isBaseItself({ sameBytes, sameTensors }: Kinship): boolean {
  return sameBytes === 'base' || sameTensors === true;
}
