/** The way in: an HTTP API with a limit on requests and a log of them. Keys are checked by the functions. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Paths of the importer: files go in and out by them, they show a page as it was, or they describe all that there is. */
export const importerPaths = [
  ...['/documents', '/warc', '/feeds.opml', '/openapi.json'],
  ...['/save/files', '/a/{id}/story.warc.gz', '/a/{id}/{timestamp}/page'],
  ...['/articles/{id}/snapshots/{timestamp}/page', '/articles/{id}/snapshots/{timestamp}/resources'],
];
/** Requests a second, and at once: a person's or a newsroom's use, and what stops a mistake from costing a fortune. */
const throttle = { rateLimit: 100, burstLimit: 200 };
/** Spelt as CloudFormation does, which takes it as it is. */
const postThrottle = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

/** The fields of the access log: never headers, bodies or queries of a request. */
const line = JSON.stringify({
  id: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  ip: '$context.identity.sourceIp',
  error: '$context.integrationErrorMessage',
});

export class HttpEntry extends Construct {
  readonly api: apigateway.HttpApi;

  constructor(scope: Construct, id: string, functions: { api: lambda.Function; importer: lambda.Function }) {
    super(scope, id);
    const integration = new HttpLambdaIntegration('Api', functions.api);
    const importer = new HttpLambdaIntegration('Importer', functions.importer);
    this.api = new apigateway.HttpApi(this, 'Gateway', { defaultIntegration: integration, createDefaultStage: false });
    for (const path of importerPaths) this.api.addRoutes({ path, integration: importer });
    const posts = this.api.addRoutes({ path: '/articles', methods: [apigateway.HttpMethod.POST], integration });
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'Keys are checked in the functions, on every route, as on one machine; an authorizer of an HTTP API could not answer as the API does.',
    });
    const log = new logs.LogGroup(this, 'AccessLog', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle,
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(log),
        format: AccessLogFormat.custom(line),
      },
    });
    // The node that the template is made of; the construct above it knows no limits of routes.
    (stage.node.defaultChild as apigateway.CfnStage).routeSettings = { 'POST /articles': postThrottle };
    // A stage with settings for a route that is not there yet is refused.
    for (const route of posts) stage.node.addDependency(route);
  }
}
