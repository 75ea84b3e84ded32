import type { SurvivalReport } from '../../rehearse/survivalReport';
import { formatDate } from '../../words/dates';
import { html } from '../../words/escape';
import { formatCounted, formatOf, formatSmall } from '../../words/numbers';
import { reportKinds } from '../../contract/reportKinds';
import { titleReport } from '../../words/reports';
import type { DrawChart } from '../charts/drawing';
import { planRowBars } from '../charts/rowBars';
import {
  listSurvivalModels,
  listSurvivalRecord,
  tabulateAnswers,
  tabulateDamage,
} from '../tables/survivalTables';
import { nameAttack } from '../words/survival';
import { renderFigure, renderList, renderNotReady, renderOrigin, type Presentation } from './pieces';
import { nameModel, showPlace, type ReportView } from './reportView';

/** What a mark survives: answers and damage of every attacked copy, side by side. */
export function viewSurvival(report: SurvivalReport, presentation: Presentation): ReportView {
  const charts = new Map([
    ['answers', planAnswers(report)],
    ['damage', planDamage(report)],
  ]);
  const body = html`${renderNotReady(report.notReady)}
    <section>
      <p class="muted">${askSurvival(report)}</p>
      <div class="answer plain">
        <h2 class="finding">${report.sentence}</h2>
        <p class="chance">${report.detail}</p>
        <p class="muted">${describeSurvivalTexts(report)}</p>
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
        { title: 'KL divergence from the base', unit: 'nats a token: what an attack costs the model' },
        tabulateDamage(report),
      )}
    </section>
    ${renderOrigin(listSurvivalModels(report), listSurvivalRecord(report), presentation)}
    <section>
      <h2>Limits</h2>
      ${renderList(report.limits, 'limits')}
    </section>`;
  return {
    title: titleReport(reportKinds.survival, nameModel(report.marked.path)),
    subtitle: [showPlace(report.marked.path), `tested ${formatDate(report.date)}`],
    body,
    charts,
  };
}

/** The question that the report answers. */
export function askSurvival({ marked }: SurvivalReport): string {
  return `What does the mark of ${nameModel(marked.path)} survive?`;
}

/** The texts on which the distances were measured. */
export function describeSurvivalTexts({ texts, tokens }: SurvivalReport): string {
  return `KL and loss: on ${formatCounted(tokens, 'token')} of ${formatCounted(texts, 'text')}, the same for every copy.`;
}

function planAnswers({ rows, keySet }: SurvivalReport): DrawChart {
  return planRowBars({
    label: `Keys answered of ${keySet.count}, by what was done to the copy.`,
    rows: rows.map((row) => ({
      name: nameAttack(row.attack),
      value: row.answered,
      words: formatOf(row.answered, row.asked),
    })),
    end: Math.max(1, ...rows.map(({ asked }) => asked)),
  });
}

function planDamage({ rows }: SurvivalReport): DrawChart {
  return planRowBars({
    label: 'KL divergence from the base in nats a token, by what was done to the copy.',
    rows: rows.map((row) => ({ name: nameAttack(row.attack), value: row.kl, words: formatSmall(row.kl) })),
    end: Math.max(...rows.map(({ kl }) => kl)),
  });
}
