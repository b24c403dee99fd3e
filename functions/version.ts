/** The version of this code, for `/health`, the user agent and the OpenAPI document; a test holds it to package.json. */
export const version = '0.2.0';
