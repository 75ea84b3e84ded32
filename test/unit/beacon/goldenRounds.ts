import type { DrandRound } from '../../../src/beacon/drandRound';

/** Rounds that drand published, each with the public source of its values; ours computed none of them. */

interface GoldenRound extends DrandRound {
  /** Where the source gives it. */
  readonly randomness?: string;
}

export const quicknetRounds: readonly GoldenRound[] = [
  // docs.drand.love, HTTP API: the example of api.drand.sh/v2/beacons/quicknet/rounds/42; the randomness from the
  // same round as version 1 of that API gives it (public repositories that keep it as a test vector).
  {
    round: 42,
    signature:
      '95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a',
    randomness: '8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3',
  },
  // noislabs/drand-verify (signature) and Nois' contract for drand (randomness).
  {
    round: 123,
    signature:
      'b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92',
    randomness: 'fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc',
  },
  // README of mcdcam/python-drand-verify.
  {
    round: 657_413,
    signature:
      'b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b',
    randomness: 'fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587',
  },
];

export const leagueRounds: readonly GoldenRound[] = [
  // test/data.ts of drand/drand-client.
  {
    round: 1,
    signature:
      '8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655',
    previousSignature: '176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a',
    randomness: '101297f1ca7dc44ef6088d94ad5fb7ba03455dc33d53ddb412bbc4564ed986ec',
  },
  // crypto/schemes_test.go of drand/drand.
  {
    round: 2_634_945,
    signature:
      '814778ed1e480406beb43b74af71ce2f0373e0ea1bfdfea8f9ed62c876c20fcbc7f0163860e3da42ed2148756015f4551451898ffe06d384b4d002245025571b6b7a752f7158b40ad92b13b6d703ad31922a617f2c7f6d960b84d56cf1d79eef',
    previousSignature:
      '8bd96294383b4d1e04e736360bd7a487f9f409f1e7bd800b720656a310d577b3bdb1e1631af6c5782a1d8979c502f395036181eff4058960fc40bb7034cdae1991d3eda518ab204a077d2f7e724974cf87b407e549bd815cf0b8e5a3832f675d',
  },
  // docs.drand.love, HTTP API: the example of api.drand.sh/public/latest.
  {
    round: 5_347_804,
    signature:
      '92daf5745411a415b539caebda0b523fa20d4d12b28eb2fe427decdf5dcc976046a9c83b54f1db991fa191ffca8fcbdc07563036664f6ba47dcf00593559286f667574f6b0a2ba0be2683463b5bf3472e5696ac28b75d5b2223dbb98a56c96a3',
    previousSignature:
      'b01091c60b2b1a7c1f7a79610cd94e0c06e93bd305cf04229fe1571669257d16583a02e4038fdd755e6c39944b0116e30256874eede733a79c5e72c787db3889a1678c4ea6423b467de56208c5bd8e10cc090b6e0429f7f33653086a089cc3f8',
    randomness: 'a87619810b1b41e70a01b8f903cf69977e026f80d9fd5e4c197c298a96c61cfe',
  },
];

/** A round as version 1 of the HTTP API answers. */
export function publish({ previousSignature, ...round }: GoldenRound): string {
  return JSON.stringify({ ...round, ...(previousSignature && { previous_signature: previousSignature }) });
}
