// What instance(…) means in a form: its choice lists, media files, the last saved
// instance, and what stands in the form itself. Each is read when it is first asked for.

import type { Answers, Choice, ChoiceList, Definition, Environment, External } from "./types";
import { type Cells, Item, instanceOf } from "./items";
import { read, xml } from "./source";
import type { XNode } from "./values";

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
    if (id === "__last-saved" || (external && external.source === "jr://instance/last-saved")) return lastSaved && new Saved(lastSaved);
    if (external && external.xml) return xml(external.xml);
    const name = external ? fileOf(external) : Object.keys(files).find(each => each.replace(/\.[^.]*$/, "") === id);
    return name && files[name] !== undefined ? read(name, files[name]!) : undefined;
  }

  /** The nodes of a field in the last saved instance. */
  lastSaved(names: string[]): XNode[] {
    const top = this.instance("__last-saved");
    let found: XNode[] = top ? top.down("*") : [];
    for (const name of names) found = ([] as XNode[]).concat(...found.map(node => node.down(name)));
    return found;
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

/** The instance saved last: its root may be called anything. */
class Saved extends Item {
  constructor(answers: Answers) {
    super("instance");
    fill(this.add("data"), answers);
  }
  override down(): XNode[] { return this.kids; }
}

function fill(item: Item, answers: Answers): void {
  for (const name of Object.keys(answers).sort()) {
    const value = answers[name]!;
    if (typeof value === "string") item.add(name, value);
    else for (const each of Array.isArray(value) ? value : [value]) fill(item.add(name), each);
  }
}
