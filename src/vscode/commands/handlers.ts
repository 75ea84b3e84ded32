import type { CommandId } from '../../ids';

/** What commands do, by their ids. A command gets a tree's row, a file of the Explorer, a path, or nothing. */
export type Handlers<Id extends CommandId = CommandId> = Readonly<Record<Id, (given: unknown) => unknown>>;
