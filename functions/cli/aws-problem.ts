/** An error of AWS's SDK about the user's account -> a sentence that says what to do. */

/** Null for errors that the user cannot repair. */
export function awsProblem(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (/Region is missing/.test(error.message)) return 'No AWS region is set; set one: AWS_REGION=us-east-1';
  switch (error.name) {
    case 'CredentialsProviderError':
      return `There are no AWS credentials: ${error.message}. Set AWS_PROFILE or AWS_ACCESS_KEY_ID, as for the AWS CLI.`;
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
    case 'SignatureDoesNotMatch':
      return `AWS does not accept these credentials: ${error.message}`;
    case 'AccessDenied':
    case 'AccessDeniedException':
      return `These AWS credentials may not do that: ${error.message}`;
    case 'ResourceNotFoundException':
    case 'NoSuchBucket':
      return `AWS has no such table or bucket in this region: ${error.message}`;
    default:
      return null;
  }
}
