import { expect } from 'chai';
import { SessionsClientError } from 'service-sessions-client';

describe('The errors of the clients', () => {
  it('are of a class of the application only where that has made them', () => {
    class LoginError extends SessionsClientError {}
    const [mine, other] = [LoginError, SessionsClientError].map((type) => new type({ code: 'UNKNOWN', message: 'x' }));
    expect(mine).to.be.instanceOf(LoginError).and.to.be.instanceOf(SessionsClientError);
    expect(other).to.be.instanceOf(SessionsClientError).and.not.to.be.instanceOf(LoginError);
  });
});
