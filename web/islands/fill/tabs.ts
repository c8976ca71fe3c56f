// One instance is filled in by one tab. Tabs talk over a channel: who opens an
// instance asks whether another has it, then tells everyone that it has it now.

interface Note { kind: "ask" | "held" | "taken"; id: string; from: string }

export class Tabs {
  private held = "";
  private answer?: () => void;
  private readonly channel?: BroadcastChannel;

  /** lost is called when another tab takes over the instance held here. */
  constructor(name: string, private readonly me: string, lost: (id: string) => void) {
    if (typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<Note>) => {
      if (data.from === this.me) return;
      if (data.kind === "held") this.answer?.();
      if (data.id !== this.held) return;
      if (data.kind === "ask") this.say("held", data.id);
      if (data.kind === "taken") {
        this.held = "";
        lost(data.id);
      }
    };
  }

  private say(kind: Note["kind"], id: string): void {
    this.channel?.postMessage({ kind, id, from: this.me } as Note);
  }

  /** Whether another tab has the instance open. One that sleeps does not answer; it learns on waking that it lost it. */
  isElsewhere(id: string, patience = 200): Promise<boolean> {
    if (!this.channel) return Promise.resolve(false);
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), patience);
      this.answer = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.say("ask", id);
    });
  }

  /** Takes the instance, from another tab if need be. */
  take(id: string): void {
    this.held = id;
    this.say("taken", id);
  }

  /** Lets go of what is held. */
  release(): void {
    this.held = "";
  }

  close(): void {
    this.channel?.close();
  }
}
