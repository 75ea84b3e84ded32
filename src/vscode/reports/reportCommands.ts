import * as vscode from 'vscode';
import { UserError } from '../../common/errors';
import { reportKinds } from '../../contract/reportKinds';
import { commandIds } from '../../ids';
import { nameModel } from '../../reports/page/reportView';
import { subjectOf } from '../../reports/readReport';
import { formatDate } from '../../words/dates';
import type { FoundReport } from '../index/found';
import { exportReport } from './exportReport';
import { openReport } from './openReport';
import { readReportFile } from './reportFile';
import { locateReport, reportOf } from '../runs/runReport';
import type { Services } from '../services';
import { pickOne, type Choice } from '../commands/dialog';
import type { Handlers } from '../commands/handlers';
import { pathOf } from '../commands/targets';

/** Commands on reports. */
export function reportCommands(services: Services): Partial<Handlers> {
  return {
    [commandIds.openReport]: async (given) => openReport(await askReport(services, given, 'Open Report')),
    [commandIds.exportReport]: async (given) => {
      const uri = vscode.Uri.file(await askReport(services, given, 'Export Report'));
      await exportReport(await readReportFile(uri), uri);
    },
  };
}

/**
 * The path of the report that a command was called for, or of one that the user picks.
 * @throws Cancelled; UserError.
 */
async function askReport(services: Services, given: unknown, title: string): Promise<string> {
  const { index, runs } = services;
  const runFolder = pathOf('run', given);
  const ofRun = runFolder === undefined ? undefined : runs.get(runFolder);
  const fromRun = ofRun && reportOf(ofRun);
  if (fromRun !== undefined) return locateReport(fromRun, index.reports);
  const path = pathOf('checkpoint', given);
  if (path?.endsWith('.fpreport.json') === true) return path;
  await index.whenReady();
  const found = path === undefined ? index.reports : listReportsOn(services, path);
  const [only, ...others] = found;
  if (only === undefined)
    throw new UserError('no-report', 'There is no report yet.', 'Verify a model or measure its drift first.');
  if (path !== undefined && others.length === 0) return only.path;
  return pickOne({ title, step: 1, totalSteps: 1 }, 'Which report?', found.map(choiceOfReport));
}

function listReportsOn({ index }: Services, checkpoint: string): FoundReport[] {
  const verdict = index.verdictOf(checkpoint);
  const drift = index.driftOf(checkpoint);
  const rehearsal = index.rehearsalOf(checkpoint);
  return [
    ...(verdict ? [{ ...verdict, kind: reportKinds.verify, isOwn: true }] : []),
    ...(drift ? [{ ...drift, kind: reportKinds.drift, isOwn: true }] : []),
    ...(rehearsal ? [{ ...rehearsal, kind: reportKinds.rehearsal, isOwn: true }] : []),
  ];
}

function choiceOfReport(found: FoundReport): Choice<string> {
  const { path, kind, report } = found;
  const subject = subjectOf(found).path;
  const sentence = kind === reportKinds.verify ? report.verdict.sentence : report.sentence;
  return {
    label: `${kind === reportKinds.verify ? '$(verified)' : '$(graph-line)'} ${nameModel(subject)}`,
    description: sentence,
    detail: `${formatDate(report.date)}  ${vscode.workspace.asRelativePath(path)}`,
    value: path,
  };
}
