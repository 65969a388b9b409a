import { randomHex } from '../../toolkit/RandomIds.js';

/** Marks that no other process makes, and this one never makes again: which change a document shows is known by them. */
export class Stamps {
  private readonly prefix = randomHex(20);
  private count = 0;

  next(): string {
    this.count++;
    return `${this.prefix}${this.count.toString(36)}`;
  }
}
