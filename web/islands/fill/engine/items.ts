// Secondary instances: what instance(…) gives, as a tree that expressions walk. A list
// may have tens of thousands of rows: their nodes are made when they are asked for,
// and rows that must equal something are found by an index.

import { type XNode, numeral } from "./values";

type Index = Map<string | number, number[]>;

/** An element of a secondary instance, or one of its attributes. */
export class Item implements XNode {
  attributes?: Item[];
  private named?: Map<string, XNode[]>;
  private indexes?: Map<string, Index>;

  constructor(readonly name: string, readonly parent?: Item, public value = "", protected all: Item[] = []) {}

  get kids(): Item[] { return this.all; }
  text(): string { return this.value + this.kids.map(kid => kid.text()).join(""); }
  up(): XNode | undefined { return this.parent; }

  down(name: string): XNode[] {
    const { kids } = this;
    if (name === "*" || (kids.length > 0 && this.uniform() && kids[0]!.name === name)) return kids;
    this.named = this.named || new Map();
    let found = this.named.get(name);
    if (!found) this.named.set(name, found = kids.filter(kid => kid.name === name));
    return found;
  }

  place(): number { return this.parent ? this.parent.down(this.name).indexOf(this) + 1 : 1; }

  /** The texts of the children of a name, [""] without any: what a comparison sees. */
  cells(name: string): string[] {
    const found = this.down(name);
    return found.length ? found.map(kid => kid.text()) : [""];
  }

  protected uniform(): boolean { return false; }

  /** Adds a child. */
  add(name: string, value = ""): Item {
    const kid = new Item(name, this, value);
    this.all.push(kid);
    return kid;
  }

  /** The places among the children of a name of those whose column holds a text, or with a number, that number. */
  where(name: string, column: string, wanted: string | number): number[] {
    this.indexes = this.indexes || new Map();
    const key = [name, column, typeof wanted].join();
    let index = this.indexes.get(key);
    if (!index) this.indexes.set(key, index = indexOf(this.down(name) as Item[], column, typeof wanted === "number"));
    return index.get(wanted) || [];
  }
}

function indexOf(rows: Item[], column: string, numeric: boolean): Index {
  const index: Index = new Map();
  rows.forEach((row, i) => {
    for (const cell of row.cells(column)) {
      const key = numeric ? numeral(cell) : cell;
      const known = index.get(key);
      if (!known) index.set(key, [i]);
      else if (known[known.length - 1] !== i) known.push(i);
    }
  });
  return index;
}

/** What a table's rows hold: the cell of a row, undefined where it has none. */
export interface Cells { columns: string[]; size: number; cell(row: number, column: number): string | undefined }

/** Items that are the rows of a table. */
export class Table extends Item {
  readonly columnAt: Map<string, number>;
  private made = false;

  constructor(readonly rows: Cells, parent?: Item) {
    super("root", parent);
    this.columnAt = new Map(rows.columns.map((name, i) => [name, i] as [string, number]));
  }

  override get kids(): Item[] {
    for (let i = 0; !this.made && i < this.rows.size; i++) this.all.push(new Row(this, i));
    this.made = true;
    return this.all;
  }

  protected override uniform(): boolean { return true; }
}

export class Row extends Item {
  constructor(private readonly table: Table, readonly row: number) { super("item", table, "", undefined); }

  override get kids(): Item[] {
    if (!this.all.length) {
      const { columns, cell } = this.table.rows;
      columns.forEach((name, column) => {
        const value = cell(this.row, column);
        if (value !== undefined) this.add(name, value);
      });
    }
    return this.all;
  }

  override place(): number { return this.row + 1; }

  override cells(name: string): string[] {
    const column = this.table.columnAt.get(name);
    return [(column !== undefined && this.table.rows.cell(this.row, column)) || ""];
  }
}

/** The node that instance(…) gives: above the root. */
export function instanceOf(rows: Cells): Item {
  const top: Item = new Item("instance");
  top.kids.push(new Table(rows, top));
  return top;
}
