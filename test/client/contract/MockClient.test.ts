import { sessionsApiContract } from '../../contracts/SessionsApiContract.js';
import { mockClientApi } from '../../support/ClientApiKinds.js';

sessionsApiContract('the mock client', mockClientApi());
