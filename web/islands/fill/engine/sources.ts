// What instance(…) means in a form: its choice lists, media files, the last saved
// instance, and what stands in the form itself. Each is read when it is first asked for.

import type { Answers, Choice, ChoiceList, Definition, Environment, External } from "./types";
import { type Cells, Item, instanceOf } from "./items";
import { read, xml } from "./source";

/** The name of the media file that an external instance asks for; "" when it is none. */
function fileOf({ source = "" }: External): string {
  const [, kind, name] = /^jr:\/\/([^/]+)\/(.*)$/.exec(source) || [];
  return kind && kind !== "instance" ? name! : "";
}

/** The names of the media files that a form's secondary instances need. */
export function needed({ externals = [] }: Definition): string[] {
  return [...new Set(externals.map(fileOf).filter(Boolean))];
}

export class Sources {
  private readonly known = new Map<string, Item | undefined>();
  private readonly tables = new Map<ChoiceList, Item>();
  private readonly named = new Map<ChoiceList, Map<string, Choice>>();

  constructor(private readonly definition: Definition, private readonly environment: Environment, private readonly label: (choice: Choice) => string) {}

  /** The node above an instance's root. */
  instance(id: string): Item | undefined {
    if (!this.known.has(id)) this.known.set(id, this.find(id));
    return this.known.get(id);
  }

  private find(id: string): Item | undefined {
    const { definition: { lists = {}, externals = [] }, environment: { files = {}, lastSaved } } = this;
    if (lists[id]) return this.table(lists[id]!);
    const external = externals.find(each => each.id === id);
    if (!external) return undefined;
    if (external.xml) return xml(external.xml);
    const name = fileOf(external);
    if (name) return files[name] === undefined ? undefined : read(name, files[name]!);
    const top = new Item("instance");
    fill(top.add("data"), lastSaved || {});
    return top;
  }

  /** A choice list's items, in order. */
  table(list: ChoiceList): Item {
    let made = this.tables.get(list);
    if (!made) this.tables.set(list, made = instanceOf(this.cells(list)));
    return made;
  }

  /** The first choice of a name. */
  choice(list: ChoiceList, name: string): Choice | undefined {
    let names = this.named.get(list);
    if (!names) this.named.set(list, names = new Map(list.choices.slice().reverse().map(choice => [choice.name, choice] as [string, Choice])));
    return names.get(name);
  }

  // Of each choice its name, its label in the form's language, its further columns.
  private cells({ choices }: ChoiceList): Cells {
    const further = new Set<string>();
    for (const { columns } of choices) for (const name in columns) further.add(name);
    const columns = ["name", "label", ...[...further].sort()];
    return {
      columns, size: choices.length,
      cell: (row, column) => {
        const choice = choices[row]!;
        return column === 0 ? choice.name : column === 1 ? this.label(choice) : choice.columns && choice.columns[columns[column]!];
      },
    };
  }
}

function fill(item: Item, answers: Answers): void {
  for (const name of Object.keys(answers)) {
    const value = answers[name]!;
    if (typeof value === "string") item.add(name, value);
    else for (const each of Array.isArray(value) ? value : [value]) fill(item.add(name), each);
  }
}
