/** What AWS asks, in US dollars, in us-east-1, on demand and without the free tier. Look at the date before you believe a sum. */
export const prices = {
  asOf: '2026-11',
  region: 'us-east-1',
  perMillion: {
    dynamodbWriteUnits: 0.625,
    dynamodbReadUnits: 0.125,
    s3Puts: 5,
    s3Gets: 0.4,
    sqsRequests: 0.4,
    apiRequests: 1,
    lambdaRequests: 0.2,
    schedules: 1,
  },
  /** On ARM. */
  lambdaGbSecond: 0.0000133334,
  perGbMonth: { dynamodb: 0.25, dynamodbRecovery: 0.2, s3: 0.023, logs: 0.03 },
  logsGb: 0.5,
  transferOutGb: 0.09,
  /** A month each. */
  alarmMetric: 0.1,
  customMetric: 0.3,
} as const;
