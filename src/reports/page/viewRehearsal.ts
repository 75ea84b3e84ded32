import type { RehearsalReport } from '../../rehearse/rehearsalReport';
import { formatDate } from '../../words/dates';
import { html } from '../../words/escape';
import { formatCounted, formatSmall } from '../../words/numbers';
import { reportKinds } from '../../contract/reportKinds';
import { titleReport } from '../../words/reports';
import type { DrawChart } from '../charts/drawing';
import { planRowBars } from '../charts/rowBars';
import {
  listRehearsalModels,
  listRehearsalRecord,
  tabulateAnswers,
  tabulateDamage,
} from '../tables/rehearsalTables';
import { formatAnswers, nameAttack, sayCertificate, sayGrade } from '../words/rehearsal';
import { renderFigure, renderList, renderNotReady, renderOrigin, type Presentation } from './pieces';
import { nameModel, showPlace, type ReportView } from './reportView';

/** What a mark survives: answers and damage of every attacked copy, side by side. */
export function viewRehearsal(report: RehearsalReport, presentation: Presentation): ReportView {
  const charts = new Map([
    ['answers', planAnswers(report)],
    ['damage', planDamage(report)],
  ]);
  const body = html`${renderNotReady(report.notReady)}
    <section>
      <p class="muted">${askRehearsal(report)}</p>
      <div class="answer plain">
        <h2 class="finding">${report.sentence}</h2>
        <p class="chance">${report.detail}</p>
        ${sayGrade(report).map((sentence) => html`<p>${sentence}</p>`)}
        <p class="muted">${sayCertificate(report)}</p>
        <p class="muted">${describeRehearsalTexts(report)}</p>
      </div>
    </section>
    <section class="two">
      ${renderFigure(
        { charts, name: 'answers' },
        { title: 'Keys answered', unit: `of ${formatCounted(report.keySet.count, 'key')}` },
        tabulateAnswers(report),
      )}
      ${renderFigure(
        { charts, name: 'damage' },
        { title: 'Cost of the attacks', unit: 'KL divergence from the base, nats a token' },
        tabulateDamage(report),
      )}
    </section>
    ${renderOrigin(listRehearsalModels(report), listRehearsalRecord(report), presentation)}
    <section>
      <h2>Limits</h2>
      ${renderList(report.limits, 'limits')}
    </section>`;
  return {
    title: titleReport(reportKinds.rehearsal, nameModel(report.marked.path)),
    subtitle: [showPlace(report.marked.path), `rehearsed ${formatDate(report.date)}`],
    body,
    charts,
  };
}

/** The question that the report answers. */
export function askRehearsal({ marked }: RehearsalReport): string {
  return `What does the mark of ${nameModel(marked.path)} survive?`;
}

/** The texts on which the distances were measured. */
export function describeRehearsalTexts({ texts, tokens }: RehearsalReport): string {
  return `KL and loss: on ${formatCounted(tokens, 'token')} of ${formatCounted(texts, 'text')}, the same for every copy.`;
}

function planAnswers({ rows, keySet }: RehearsalReport): DrawChart {
  return planRowBars({
    label: `Keys answered of ${keySet.count}, by what was done to the copy.`,
    rows: rows.map((row) => ({
      name: nameAttack(row.attack),
      value: row.answered,
      words: formatAnswers(row),
    })),
    end: Math.max(1, ...rows.map(({ asked }) => asked)),
  });
}

function planDamage({ rows }: RehearsalReport): DrawChart {
  const changed = rows.flatMap(({ attack, kl }) => (kl === null ? [] : [{ attack, kl }]));
  return planRowBars({
    label: 'KL divergence from the base in nats a token, by what was done to the copy.',
    rows: changed.map(({ attack, kl }) => ({ name: nameAttack(attack), value: kl, words: formatSmall(kl) })),
    end: Math.max(...changed.map(({ kl }) => kl)),
  });
}
