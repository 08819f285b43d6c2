/**
 * Whose forecast was shown in a unit, or the example people of a sandbox. Unit, filters and sorting stand in the address; names and
 * keys never do. No list changes under the reader: it is asked anew on request.
 */
import type { Units } from "../../../../src/serving/workspace/units/unit-list.ts";
import english from "../../../languages/en/worklist.json";
import { Choice } from "../../controls/choice.tsx";
import { useAsked } from "../../data/queries.ts";
import { useTexts } from "../../language/texts.ts";
import { useSearchState } from "../../routing/search-state.ts";
import { Empty, Loaded } from "../../states/states.tsx";
import { ExampleList } from "./example-list.tsx";
import { UnitList } from "./unit-list.tsx";

/** Stands for the example people: no unit can be called so. */
const EXAMPLES = "*";

export default function Worklist() {
  const t = useTexts("worklist", english);
  const query = useAsked<Units>("/workspace/units");
  return (
    <div className="stack">
      <h1>{t("title")}</h1>
      <Loaded query={query}>{(of) => <Lists of={of} />}</Loaded>
    </div>
  );
}

function Lists({ of: { examples, units } }: { readonly of: Units }) {
  const t = useTexts("worklist", english);
  const lists = [...(examples ? [EXAMPLES] : []), ...units];
  const [asked, choose] = useSearchState("unit", lists[0] ?? "");
  if (lists.length === 0)
    return (
      <Empty title={t("noUnit")}>
        <p>{t("noUnitWhy")}</p>
      </Empty>
    );
  // A unit that the address names and that is none of the person's: the server refuses it, and the page says so.
  const shown = lists.includes(asked) ? lists : [...lists, asked];
  const nameOf = (unit: string) =>
    unit === EXAMPLES ? t("exampleUnit") : unit === "" ? t("unnamedUnit") : unit;
  return (
    <>
      <div className="row">
        <Choice
          {...{ id: "unit", label: t("unit"), value: asked, onChange: choose }}
          options={shown.map((unit) => [unit, nameOf(unit)] as const)}
        />
      </div>
      {asked === EXAMPLES ? <ExampleList /> : <UnitList key={asked} unit={asked} name={nameOf(asked)} />}
    </>
  );
}
