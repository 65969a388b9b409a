import type { SenecaAnswer, SenecaMessage, SessionsPattern } from './SessionMessages.js';

/** Is called once: with an error, or with null and the answer. */
export type SenecaReply = (error: Error | null, answer?: SenecaAnswer) => void;

/** Is called once, to add to the instance what it is for. */
export type SenecaPlugin = (this: SenecaInstance) => void;

/** What is used of an instance of Seneca; its own types leave all of it open. */
export interface SenecaInstance {
  /** Adds what answers the messages of a pattern. */
  add(pattern: SessionsPattern, action: (message: SenecaMessage, reply: SenecaReply) => void): unknown;

  /** Hands a message to the action of its pattern. */
  act(message: SenecaMessage, reply: SenecaReply): unknown;

  /** Adds a plugin; it is there once the instance is ready. */
  use(plugin: SenecaPlugin): unknown;

  /** Calls once all plugins are there. */
  ready(then: () => void): unknown;

  /** Ends it; calls when it has. */
  close(then: (error?: Error | null) => void): unknown;
}
