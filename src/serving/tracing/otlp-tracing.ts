/**
 * Traces for OpenTelemetry (OTLP over HTTP), sent to the collector that the site names.
 * Invariant: a span has a fixed name, the pattern of the route, the method, the status and a stable code; nothing of what was
 * asked or answered, and no address.
 */
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { errorCode } from "../error-code.ts";
import type { ServingConfig } from "../serving-config.ts";
import type { Part, ServerTracing } from "./server-tracing.ts";

const EXPORT_MS = 2000;

const HEADERS: TextMapGetter<FastifyRequest["headers"]> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name],
};

export class OtlpTracing implements ServerTracing {
  readonly #provider: NodeTracerProvider;
  readonly #tracer: Tracer;
  readonly #contexts = new AsyncLocalStorageContextManager().enable();
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #spans = new WeakMap<FastifyRequest, Span>();

  constructor(config: NonNullable<ServingConfig["tracing"]>, version: string) {
    // `OTEL_EXPORTER_OTLP_HEADERS` is read by the exporter: a collector's key stands in no file of the site.
    const exporter = new OTLPTraceExporter({ url: config.endpoint, timeoutMillis: EXPORT_MS });
    this.#provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ "service.name": "longitude", "service.version": version }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.share) }),
      spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_MS })],
    });
    this.#tracer = this.#provider.getTracer("longitude", version);
  }

  observe(app: FastifyInstance): void {
    app.addHook("onRequest", (request, _reply, done) => {
      const { method, headers } = request;
      const route = request.routeOptions.url ?? "none";
      const under = this.#propagator.extract(ROOT_CONTEXT, headers, HEADERS);
      const attributes = { "http.request.method": method, "http.route": route, "request.id": request.id };
      const span = this.#tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, under);
      this.#spans.set(request, span);
      this.#contexts.with(trace.setSpan(under, span), done);
    });
    app.addHook("onResponse", (request, reply, done) => {
      const span = this.#spans.get(request);
      span?.setAttribute("http.response.status_code", reply.statusCode);
      if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
      done();
    });
  }

  async part<T>(name: Part, work: () => Promise<T>): Promise<T> {
    const under: Context = this.#contexts.active();
    const span = this.#tracer.startSpan(name, {}, under);
    try {
      return await this.#contexts.with(trace.setSpan(under, span), work);
    } catch (error) {
      const code = errorCode(error);
      span.setAttribute("error.type", code).setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  async stop(): Promise<void> {
    // A collector that is away keeps nobody from stopping.
    await this.#provider.shutdown().catch(() => undefined);
    this.#contexts.disable();
  }
}
