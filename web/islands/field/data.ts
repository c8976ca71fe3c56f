// What the server tells the list of what is to be done (web/field.go).
import type { Person } from "../worker/shelf";
import type { Assigned, ToMend } from "../fill/store";

export interface FieldForm {
  id: string; title: string; version: number; fillUrl: string;
  media: string[]; mediaUrl: string;
  live: string[];        // those of the media that follow the project
  weight: number;        // bytes of the others
  closed?: string;       // why nothing new is begun
  stamp: string;         // changes when the fill page does
}

export interface FieldCase { id: string; title: string; hint?: string }

type AssignedOut = Omit<Assigned, "kind" | "project" | "fillUrl">;

/** The answer of /field/data: who is signed in, and where they may fill in forms. */
export interface WhoData { user: Person; csrf: string; projects: { id: string; title: string }[] }

/** The answer of /p/:project/field/data. */
export interface ProjectData {
  user: string; forms: FieldForm[]; cases: FieldCase[];
  assignments: AssignedOut[]; returned: ToMend[];
}

/** A project as it was taken along; asked: when, by the phone's clock, it was asked for what the list says. */
export interface Project { id: string; title: string; etag: string; forms: FieldForm[]; cases: FieldCase[]; asked?: string }
