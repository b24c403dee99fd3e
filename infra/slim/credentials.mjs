/** The first of the SDK's ways to credentials, which is the only one in a Lambda: the environment. */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
