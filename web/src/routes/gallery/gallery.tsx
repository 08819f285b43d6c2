/** Every shared part in every state, for who builds screens and for the tests that look at them. Nothing here is measured. */
import type { PlotOptions } from "@observablehq/plot";
import { useCallback, useState } from "react";
import { Button, Dialog, DialogTrigger, Heading, Modal } from "react-aria-components";
import { ChartFrame } from "../../charts/chart-frame.tsx";
import { PlotFigure, type PlotFigureProps } from "../../charts/plot-figure.tsx";
import { SortableTable, type TableColumn } from "../../controls/sortable-table.tsx";
import { Tag } from "../../controls/tag.tsx";
import { ServerRefusal } from "../../data/ask-server.ts";
import { useSearchState } from "../../routing/search-state.ts";
import {
  Empty,
  Failed,
  Loading,
  LoggedOut,
  NoPermission,
  Partial,
  Stale,
  Suppressed,
} from "../../states/states.tsx";

const refusal = new ServerRefusal({
  status: 503,
  code: "STATE_UNAVAILABLE",
  message: "the database does not answer",
  remedy: "Wait a minute, then try again.",
  requestId: "an-example",
});
const points = [0, 1, 2, 3, 4].map((year) => ({ year, share: 0.1 + 0.04 * year }));
interface Example {
  readonly name: string;
  readonly size: number | null;
}
const examples: readonly Example[] = [
  { name: "Second", size: 2 },
  { name: "First", size: 10 },
  { name: "Third", size: null },
];
const columns: readonly TableColumn<Example>[] = [
  { id: "name", title: "Name", value: ({ name }) => name },
  { id: "size", title: "Size", value: ({ size }) => size, numeric: true },
];

export default function Gallery() {
  const [sort, setSort] = useSearchState("sort", "name");
  const [pressed, setPressed] = useState(0);
  const draw = useCallback<PlotFigureProps["draw"]>(
    (plot): PlotOptions => ({
      y: { domain: [0, 0.4], grid: true, label: "Share" },
      x: { label: "Years" },
      marks: [
        plot.areaY(points, {
          x: "year",
          y1: ({ share }) => share - 0.05,
          y2: ({ share }) => share + 0.05,
          fillOpacity: 0.15,
        }),
        plot.lineY(points, { x: "year", y: "share", marker: "circle" }),
      ],
    }),
    [],
  );
  return (
    <div className="stack" lang="en">
      <h1>Parts of the workspace</h1>
      <section className="stack" aria-labelledby="states">
        <h2 id="states">States</h2>
        <Loading />
        <Empty title="No import yet">
          <p>Run longitude ingest.</p>
        </Empty>
        <Partial title="Two of three sources were read" />
        <Stale since="2026-01-31T00:00:00.000Z">
          <p>The record ends there.</p>
        </Stale>
        <Suppressed />
        <NoPermission />
        <LoggedOut />
        <Failed error={refusal} again={() => setPressed(pressed + 1)} />
      </section>
      <section className="stack" aria-labelledby="controls">
        <h2 id="controls">Controls</h2>
        <p className="row">
          <Tag tone="good">passed</Tag>
          <Tag tone="bad">failed</Tag>
          <Tag>waived</Tag>
        </p>
        <p className="row">
          <button type="button" className="button" onClick={() => setPressed(pressed + 1)}>
            Pressed {pressed} times
          </button>
          <button type="button" className="button primary">
            The main action
          </button>
          <button type="button" className="button clinical">
            A clinical action
          </button>
          <DialogTrigger>
            <Button className="button">Open a dialog</Button>
            <Modal className="modal" isDismissable>
              <Dialog className="panel">
                <Heading slot="title">A dialog</Heading>
                <p>Escape closes it, and focus goes back.</p>
                <Button slot="close" className="button">
                  Close
                </Button>
              </Dialog>
            </Modal>
          </DialogTrigger>
        </p>
        <SortableTable
          caption="Three examples"
          columns={columns}
          rows={examples}
          rowKey={({ name }) => name}
          sort={sort}
          onSort={setSort}
        />
      </section>
      <section aria-labelledby="charts">
        <h2 id="charts">A chart</h2>
        <ChartFrame
          name="example"
          finding="The share rises by four in a hundred each year"
          n="1,250 invented persons"
          period="years 0 to 4"
          interval="band: ± 5 points, invented"
          table={{
            columns: ["Year", "Share"],
            rows: points.map(({ year, share }) => [year, share.toFixed(2)]),
          }}
          legend={
            <>
              <span>● with line: share</span>
              <span>▒ band: interval</span>
            </>
          }
        >
          <PlotFigure label="The share rises from 0.10 to 0.26" height={240} draw={draw} />
        </ChartFrame>
      </section>
    </div>
  );
}
