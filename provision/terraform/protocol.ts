import type { handleUnaryCall, MethodDefinition, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { messageOf } from '../../lib/errors.ts';
import controllerProto from './controller.proto';
import providerProto from './provider.proto';

/** A value in one of two encodings. Terraform sends msgpack. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export interface AttributePath {
  readonly steps: readonly { readonly attribute_name?: string; readonly element_key_string?: string }[];
}

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly summary: string;
  readonly detail?: string;
  readonly attribute?: AttributePath;
}

export interface Attribute {
  readonly name: string;
  /** The type as JSON: `"string"`, `["map","string"]`. */
  readonly type: Uint8Array;
  readonly description: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
}

export interface Schema {
  readonly version: number;
  readonly block: { readonly attributes: readonly Attribute[]; readonly description: string };
}

interface Diagnosed {
  readonly diagnostics?: readonly Diagnostic[];
}

export interface OfType {
  readonly type_name: string;
}

/** The implemented calls of the `Provider` service. Names and fields are those of provider.proto. */
export interface ProviderCalls {
  GetProviderSchema(
    request: object,
  ): Promise<Diagnosed & { readonly provider: Schema; readonly resource_schemas: Readonly<Record<string, Schema>> }>;
  ValidateProviderConfig(request: { readonly config?: DynamicValue }): Promise<Diagnosed>;
  ValidateResourceConfig(request: OfType & { readonly config?: DynamicValue }): Promise<Diagnosed>;
  UpgradeResourceState(
    request: OfType & { readonly version: number; readonly raw_state?: DynamicValue },
  ): Promise<Diagnosed & { readonly upgraded_state?: DynamicValue }>;
  ConfigureProvider(request: { readonly config?: DynamicValue }): Promise<Diagnosed>;
  ReadResource(
    request: OfType & { readonly current_state?: DynamicValue },
  ): Promise<Diagnosed & { readonly new_state?: DynamicValue }>;
  PlanResourceChange(
    request: OfType & { readonly prior_state?: DynamicValue; readonly proposed_new_state?: DynamicValue },
  ): Promise<
    Diagnosed & { readonly planned_state?: DynamicValue; readonly requires_replace?: readonly AttributePath[] }
  >;
  ApplyResourceChange(
    request: OfType & { readonly prior_state?: DynamicValue; readonly planned_state?: DynamicValue },
  ): Promise<Diagnosed & { readonly new_state?: DynamicValue }>;
  ImportResourceState(
    request: OfType & { readonly id: string },
  ): Promise<Diagnosed & { readonly imported_resources?: readonly (OfType & { readonly state: DynamicValue })[] }>;
  StopProvider(request: object): Promise<{ readonly Error?: string }>;
}

export interface ControllerCalls {
  Shutdown(request: object): Promise<object>;
}

export const providerService = (): ServiceDefinition => serviceDefinition(providerProto, 'tfplugin6.Provider');
export const controllerService = (): ServiceDefinition => serviceDefinition(controllerProto, 'plugin.GRPCController');

function serviceDefinition(proto: string, name: string): ServiceDefinition {
  const { root } = protobuf.parse(proto, { keepCase: true });
  const service = root.lookupService(name).resolveAll();
  if (!(service instanceof protobuf.Service)) throw new Error(`${name} is not a service`);
  return Object.fromEntries(service.methodsArray.map((method) => [method.name, methodDefinition(name, method)]));
}

function methodDefinition(service: string, method: protobuf.Method): MethodDefinition<object, object> {
  method.resolve();
  const { resolvedRequestType: request, resolvedResponseType: response } = method;
  if (request === null || response === null) throw new Error(`${method.fullName} has no types`);
  return {
    path: `/${service}/${method.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value) => serialize(request, value),
    requestDeserialize: (bytes) => deserialize(request, bytes),
    responseSerialize: (value) => serialize(response, value),
    responseDeserialize: (bytes) => deserialize(response, bytes),
  };
}

const serialize = (type: protobuf.Type, value: object): Buffer =>
  Buffer.from(type.encode(type.fromObject({ ...value })).finish());

const deserialize = (type: protobuf.Type, bytes: Uint8Array): object =>
  type.toObject(type.decode(bytes), { longs: Number, enums: String, defaults: true });

/**
 * Turns promises into gRPC's callbacks. A call that rejects is a fault of the program; faults of hosts are diagnostics.
 */
export function implementation(calls: ProviderCalls | ControllerCalls): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]): [string, handleUnaryCall<object, object>] => [
      name,
      ({ request }, callback) => {
        call(request).then(
          (response: object) => callback(null, response),
          (error: unknown) => callback({ details: messageOf(error) }),
        );
      },
    ]),
  );
}
