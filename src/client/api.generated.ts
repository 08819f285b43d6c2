// Written by npm run client:generate from GET /openapi.json.
export interface paths {
    "/.well-known/smart-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How tokens are had */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cds-services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The services, with what they want prefetched */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cds-services/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cards for one patient */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        hook: "patient-view" | "encounter-start" | "encounter-discharge" | "order-select" | "order-sign" | "appointment-book";
                        hookInstance: string;
                        /** Format: uri */
                        fhirServer?: string;
                        fhirAuthorization?: {
                            access_token: string;
                            /** @enum {string} */
                            token_type: "Bearer";
                            expires_in: number;
                            scope: string;
                            subject: string;
                            patient?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        context: {
                            [key: string]: unknown;
                        };
                        prefetch?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cds-services/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What became of cards; sent again, it counts once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        feedback: (({
                            card: string;
                            /** @enum {string} */
                            outcome: "accepted";
                            acceptedSuggestions?: ({
                                id: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            outcomeTimestamp: string;
                        } & {
                            [key: string]: unknown;
                        }) | ({
                            card: string;
                            /** @enum {string} */
                            outcome: "overridden";
                            overrideReason?: {
                                reason?: {
                                    code: string;
                                    system?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                userComment?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            outcomeTimestamp: string;
                        } & {
                            [key: string]: unknown;
                        }))[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/.well-known/smart-configuration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How tokens are had */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/Device/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The released model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/Patient/$longitude-forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A Bundle with one person's record in, a RiskAssessment out */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        resourceType: "Bundle" | "Parameters";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/Patient/{id}/$longitude-forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A patient's id in: the record is fetched from a FHIR server that the site lists (Parameters: fhirServer, accessToken, at) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        resourceType: "Parameters";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/Provenance/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a RiskAssessment comes from: its model, and the hash of its input */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/fhir/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the server can do */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mcp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A message of the Model Context Protocol, streamable HTTP without sessions */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        jsonrpc: "2.0";
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts for Prometheus */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests are answered: the state is there, no stop is under way */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A token for a signed assertion */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        grant_type: "client_credentials";
                        /** @enum {string} */
                        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                        client_assertion: string;
                        scope: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            access_token: string;
                            /** @enum {string} */
                            token_type: "bearer";
                            expires_in: number;
                            scope: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/answers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A stored answer of this tenant */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            schema: "longitude.answer/1";
                            id: string;
                            release: {
                                id: string;
                                model: string;
                                version: string;
                                reviewBy: string;
                            };
                            data: string;
                            seed: number;
                            predictionTime: string;
                            record: {
                                events: number;
                                unmapped: number;
                                daysSinceLast: number | null;
                                leftOut: {
                                    [key: string]: number;
                                };
                                missing: string[];
                            };
                            estimator: {
                                /** @enum {string} */
                                name: "direct";
                                futures: number;
                                standardError: number;
                            };
                            forecasts: {
                                outcome: string;
                                title: string;
                                horizon: string;
                                horizonDays: number;
                                risk: number | null;
                                comparable: {
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                    observed: number;
                                } | null;
                                validated: {
                                    persons: number;
                                    onsets: number;
                                    incidence: number | null;
                                    cIndex: {
                                        value: number;
                                        low: number;
                                        high: number;
                                    } | null;
                                } | null;
                                abstained: string | null;
                                verdict: string;
                                drivers: {
                                    code: string;
                                    display: string | null;
                                    change: number;
                                    events: number;
                                    resources: string[];
                                }[];
                                stage: string;
                            }[];
                            stage: string;
                            notice: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/answers/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Computes a stored answer anew and compares the bytes */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {boolean} */
                            same: true;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tenant's own requests for forecasts and questions to the assistant, the oldest first; after: id of the last one seen */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A question to the assistant, as an OpenAI chat completion, streamed or whole */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        model: "longitude" | "longitude-patient";
                        messages: ({
                            /** @enum {string} */
                            role: "system" | "developer" | "user" | "assistant" | "tool" | "function";
                            content?: (string | ({
                                /** @enum {string} */
                                type: "text";
                                text: string;
                            } & {
                                [key: string]: unknown;
                            })[]) | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                        stream?: boolean | null;
                        n?: 1 | null;
                        longitude?: ({
                            timeline: {
                                events: {
                                    time?: (string) | null;
                                    code: string;
                                    numericValue?: number | null;
                                    unit?: string | null;
                                    availableTime?: (string) | null;
                                }[];
                            };
                            /** @description ISO 8601; a date means its first instant */
                            at?: string;
                            /** @default  */
                            unit?: string;
                        } | {
                            bundle: {
                                /** @enum {string} */
                                resourceType: "Bundle";
                            } & {
                                [key: string]: unknown;
                            };
                            patient?: string;
                            /** @description ISO 8601; a date means its first instant */
                            at?: string;
                            /** @default  */
                            unit?: string;
                        }) | {
                            key: string;
                            /** @default  */
                            unit?: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            object: "chat.completion";
                            created: number;
                            model: string;
                            choices: {
                                /** @enum {number} */
                                index: 0;
                                message: {
                                    /** @enum {string} */
                                    role: "assistant";
                                    content: string;
                                    refusal: string | null;
                                };
                                /** @enum {string} */
                                finish_reason: "stop";
                                logprobs: null;
                            }[];
                            longitude: unknown;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat/completions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A kept answer of this tenant, computed anew and compared with what was shown */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            object: "chat.completion";
                            created: number;
                            model: string;
                            choices: {
                                /** @enum {number} */
                                index: 0;
                                message: {
                                    /** @enum {string} */
                                    role: "assistant";
                                    content: string;
                                    refusal: string | null;
                                };
                                /** @enum {string} */
                                finish_reason: "stop";
                                logprobs: null;
                            }[];
                            longitude: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forecasts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forecasts for one timeline or Bundle */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        timeline: {
                            events: {
                                time?: (string) | null;
                                code: string;
                                numericValue?: number | null;
                                unit?: string | null;
                                availableTime?: (string) | null;
                            }[];
                        };
                        /** @description ISO 8601; a date means its first instant */
                        at?: string;
                        /** @default  */
                        unit?: string;
                        /** @default false */
                        explain?: boolean;
                    } | {
                        bundle: {
                            /** @enum {string} */
                            resourceType: "Bundle";
                        } & {
                            [key: string]: unknown;
                        };
                        patient?: string;
                        /** @description ISO 8601; a date means its first instant */
                        at?: string;
                        /** @default  */
                        unit?: string;
                        /** @default false */
                        explain?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            schema: "longitude.answer/1";
                            id: string;
                            release: {
                                id: string;
                                model: string;
                                version: string;
                                reviewBy: string;
                            };
                            data: string;
                            seed: number;
                            predictionTime: string;
                            record: {
                                events: number;
                                unmapped: number;
                                daysSinceLast: number | null;
                                leftOut: {
                                    [key: string]: number;
                                };
                                missing: string[];
                            };
                            estimator: {
                                /** @enum {string} */
                                name: "direct";
                                futures: number;
                                standardError: number;
                            };
                            forecasts: {
                                outcome: string;
                                title: string;
                                horizon: string;
                                horizonDays: number;
                                risk: number | null;
                                comparable: {
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                    observed: number;
                                } | null;
                                validated: {
                                    persons: number;
                                    onsets: number;
                                    incidence: number | null;
                                    cIndex: {
                                        value: number;
                                        low: number;
                                        high: number;
                                    } | null;
                                } | null;
                                abstained: string | null;
                                verdict: string;
                                drivers: {
                                    code: string;
                                    display: string | null;
                                    change: number;
                                    events: number;
                                    resources: string[];
                                }[];
                                stage: string;
                            }[];
                            stage: string;
                            notice: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forecasts/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forecasts for many, one JSON object a line, in the order of the requests */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        requests: ({
                            timeline: {
                                events: {
                                    time?: (string) | null;
                                    code: string;
                                    numericValue?: number | null;
                                    unit?: string | null;
                                    availableTime?: (string) | null;
                                }[];
                            };
                            /** @description ISO 8601; a date means its first instant */
                            at?: string;
                            /** @default  */
                            unit?: string;
                            /** @default false */
                            explain?: boolean;
                        } | {
                            bundle: {
                                /** @enum {string} */
                                resourceType: "Bundle";
                            } & {
                                [key: string]: unknown;
                            };
                            patient?: string;
                            /** @description ISO 8601; a date means its first instant */
                            at?: string;
                            /** @default  */
                            unit?: string;
                            /** @default false */
                            explain?: boolean;
                        })[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forecasts/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forecasts for a file: NDJSON in, each line as POST /v1/forecasts takes it, NDJSON out */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description One JSON object a line (application/x-ndjson) */
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/forecasts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forecasts for a file, each line as POST /v1/forecasts takes it; accepted as a job that goes on by itself */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description One JSON object a line (application/x-ndjson) */
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/forecasts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a job has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Ends a job, and deletes what it has made */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/forecasts/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lines of the answer that there are so far, one JSON object each, from one on */
        get: {
            parameters: {
                query?: {
                    from?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/validations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evidence on your people, each line as POST /v1/validations takes it; accepted as a job that goes on by itself */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description One JSON object a line (application/x-ndjson) */
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/validations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a job has come */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Ends a job, and deletes what it has made */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "forecasts" | "validations";
                            /** @enum {string} */
                            state: "waiting" | "running" | "done" | "failed" | "cancelled";
                            at: string;
                            lines: number;
                            done: number;
                            ended: string | null;
                            error: string | null;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/validations/{id}/lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lines of the answer that there are so far, one JSON object each, from one on */
        get: {
            parameters: {
                query?: {
                    from?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The model card */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            release: string;
                            version: string;
                            model: string;
                            reviewBy: string;
                            parameters: number;
                            card: unknown;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The assistant's models: one for each kind of reader */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            object: "list";
                            data: {
                                id: string;
                                /** @enum {string} */
                                object: "model";
                                created: number;
                                owned_by: string;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/monitor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures of each unit of the tenant, the alarms that stand, and what has matured */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            release: string;
                            at: string;
                            days: number;
                            units: {
                                requests: number;
                                persons: number;
                                judged: boolean;
                                withheld: number | null;
                                missingInputs: number | null;
                                unknownCodes: number | null;
                                shownPer100: number | null;
                                alertsPer100: number | null;
                                feedback: {
                                    accepted: number;
                                    overridden: number;
                                    reasons: {
                                        [key: string]: number;
                                    };
                                    acceptance: {
                                        value: number;
                                        low: number;
                                        high: number;
                                        n: number;
                                        method: string;
                                    } | null;
                                } | null;
                                tenant: string;
                                unit: string;
                                p95Milliseconds: number | null;
                                errors: {
                                    failed: number;
                                    share: number | null;
                                    codes: {
                                        [key: string]: number;
                                    };
                                };
                                inputs: {
                                    psi: number;
                                    n: number;
                                    input: string;
                                }[];
                                scores: {
                                    psi: number;
                                    n: number;
                                    outcome: string;
                                    horizon: string;
                                    meanRisk: number;
                                }[];
                                groups: {
                                    requests: number;
                                    persons: number;
                                    judged: boolean;
                                    withheld: number | null;
                                    missingInputs: number | null;
                                    unknownCodes: number | null;
                                    shownPer100: number | null;
                                    alertsPer100: number | null;
                                    feedback: {
                                        accepted: number;
                                        overridden: number;
                                        reasons: {
                                            [key: string]: number;
                                        };
                                        acceptance: {
                                            value: number;
                                            low: number;
                                            high: number;
                                            n: number;
                                            method: string;
                                        } | null;
                                    } | null;
                                    group: string;
                                }[];
                                alarms: {
                                    /** @enum {string} */
                                    rule: "input drift" | "score drift" | "withheld" | "missing inputs" | "slow" | "errors" | "alert burden" | "overridden" | "unknown codes" | "miscalibrated" | "calibration slope" | "ranks badly";
                                    tenant: string;
                                    unit: string;
                                    outcome: string | null;
                                    about: string;
                                    value: number;
                                    above: number;
                                    n: number;
                                }[];
                            }[];
                            standing: {
                                /** @enum {string} */
                                rule: "input drift" | "score drift" | "withheld" | "missing inputs" | "slow" | "errors" | "alert burden" | "overridden" | "unknown codes" | "miscalibrated" | "calibration slope" | "ranks badly";
                                tenant: string;
                                unit: string;
                                outcome: string | null;
                                about: string;
                                value: number;
                                above: number;
                                n: number;
                                since: string;
                            }[];
                            evidence: {
                                /** @default local */
                                tenant: string;
                                /** @enum {string} */
                                exposure: "silent" | "shown";
                                group: string;
                                outcome: string;
                                horizon: string;
                                persons: number;
                                onsets: number | null;
                                deaths: number | null;
                                left: {
                                    [key: string]: number;
                                };
                                cIndex: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                observedIncidence: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                meanRisk: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                observedToExpected: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                /** @default null */
                                auroc: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                /** @default null */
                                calibrationIntercept: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                                /** @default null */
                                calibrationSlope: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                    method: string;
                                } | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is forecast, with its evidence and stage */
        get: {
            parameters: {
                query?: {
                    unit?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            outcomes: {
                                outcome: string;
                                title: string;
                                horizon: string;
                                verdict: string;
                                stage: string;
                                persons: number | null;
                                onsets: number | null;
                                cIndex: {
                                    value: number;
                                    low: number;
                                    high: number;
                                    n: number;
                                } | null;
                            }[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lowers an outcome in a unit; going up takes a signed statement (longitude registry stage) */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default null */
                        outcome?: string | null;
                        /** @default null */
                        unit?: string | null;
                        /** @enum {string} */
                        stage: "withheld" | "stopped" | "silent" | "pilot" | "live";
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            done: true;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/validations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Evidence on your people: whole records with a prediction time each, one a line; progress and then the evidence, nobody stored */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            /** @description One JSON object a line (application/x-ndjson) */
            requestBody: {
                content: {
                    "application/x-ndjson": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
