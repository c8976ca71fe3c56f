// What the fill page and its engine agree on. The engine is the twin of Go's
// survey/instance (see its doc.go for the rules); both pass its testdata/vectors.

export type Text = Record<string, string>;
/** The files shown or played beside a text, by kind ("image", "big-image", "audio", "video"): a file's name by language. */
export type Media = Record<string, Text>;

export interface Step { x: string; t: string; p?: Tree[] }
/** A node of an expression: survey/xpath/tree.go says what each kind holds. */
export interface Tree { k: "num" | "str" | "op" | "call" | "ref" | "path" | "filter"; n?: number; s?: string; a?: Tree[]; b?: Tree; abs?: boolean; st?: Step[]; t?: string[] }
export interface Expr { src: string; root: Tree }

/** survey/form/field.go says what each holds. */
export interface Field {
  name: string; type: string; label?: Text; hint?: Text; guidance?: Text; media?: Media; hintMedia?: Media;
  relevant?: Expr; required?: Expr; requiredMessage?: Text; readonly?: Expr; constraint?: Expr; constraintMessage?: Text; noAppError?: Text;
  calculation?: Expr; triggers?: string[]; default?: string; dynamicDefault?: Expr; appearance?: string; parameters?: Record<string, string>;
  list?: string; file?: string; choiceFilter?: Expr; itemset?: Expr; repeatCount?: Expr; saveTo?: string; saveToList?: string; tags?: Choice[];
  bind?: Record<string, string>; body?: Record<string, string>; attributes?: Record<string, string>; personal?: boolean; fields?: Field[];
}
export interface Choice { name: string; label?: Text; media?: Media; columns?: Record<string, string> }
export interface ChoiceList { name: string; choices: Choice[]; columns?: string[] }
/** A secondary instance: of a media file, of the last saved instance, or standing in the form as XML. */
export interface External { id: string; source?: string; xml?: string }
export interface Entity { dataset: string; path?: string; repeat?: string; label?: Expr; entityId?: Expr; createIf?: Expr; updateIf?: Expr }
export interface Definition {
  formId: string; title: string; version?: string; defaultLanguage: string; languages: string[]; style?: string;
  instanceName?: Expr; fields: Field[]; lists?: Record<string, ChoiceList>; externalLists?: Record<string, ChoiceList>;
  externals?: External[]; entities?: Entity[]; audit?: Field; xform?: { name?: string; omitInstanceId?: boolean };
}

/** An instance's answers: leaf strings in XForms' lexical form, groups as objects, repeats as arrays. */
export type Answers = { [name: string]: string | Answers | Answers[] };

export interface Environment {
  now(): Date;
  deviceID: string;
  username: string;
  email?: string;
  phoneNumber?: string;
  instanceID?: string;
  /** Of labels that expressions read and of dates' names: the one shown, see Engine.speak; the form's default without. */
  language?: string;
  random(): number;
  /** The texts of the form's media files that secondary instances ask for, by the file's name: see needed(). */
  files?: Record<string, string>;
  /** The answers of the instance of this form that was saved last on this device (as answers() gives them): what ${last-saved#name} reads. */
  lastSaved?: Answers;
}

/** What is to be shown of one field in one place of the instance. */
export interface NodeView {
  path: string;            // with positions from 1: "members[2]/age"
  field: Field;
  relevant: boolean; required: boolean; readonly: boolean;
  value: string;           // "" for sections and the unanswered
  choices?: Choice[];      // those the filter offers, in the order in which they are to be shown; of a file, a repeat or a list alike
  children?: NodeView[];   // of a group, and of one instance of a repeat
  instances?: NodeView[];  // of a repeat: each with children; path "members[2]"
  fixedCount?: boolean;    // of a repeat: repeat_count decides
}

export interface Violation {
  path: string;
  kind: "required" | "constraint" | "type" | "choice";
  message: string;         // the form's own message in the language, or ""
}

export interface Engine {
  /** The whole instance as a tree, from the form's root. Cheap to call after each change: unchanged nodes keep their identity (===). */
  view(): NodeView[];
  set(path: string, value: string): void;
  addRepeat(path: string): void;               // path of the repeat without its own position
  removeRepeat(path: string, position: number): void;
  /** Violations of the whole instance, or of the section at path and below. */
  validate(path?: string): Violation[];
  /** Takes out of selects' answers what their filters no longer offer; gives the paths of those changed. */
  clearUnoffered(): string[];
  /** One field's violation now, or undefined. */
  check(path: string): Violation | undefined;
  /** The label, hint or message in a language with ${name} filled in, for the node at path. */
  text(path: string, text: Text | undefined, language: string): string;
  /** Another language is shown: what is calculated of labels is in it now. */
  speak(language: string): void;
  /** The instance's name by the form's instance_name, or "". */
  name(): string;
  /** All values, irrelevant ones too: what autosave keeps. */
  snapshot(): Answers;
  /** What is sent: relevant values only, end stamped. */
  answers(): Answers;
}
// engine.ts exports: function open(definition: Definition, environment: Environment, saved?: Answers): Engine
// sources.ts exports: function needed(definition: Definition): string[], the names of the media files that environment.files is to hold
