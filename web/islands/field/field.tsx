// What is to be done, and what waits to be sent: of one person, over all projects and forms.
import { render } from "preact";
import { embedded, speak } from "../fill/data";
import { App } from "./app";
import { Shell } from "./shell";

speak(embedded<Record<string, string>>("messages"));
const root = document.getElementById("field")!;
root.textContent = "";
render(<App shell={new Shell()} />, root);
