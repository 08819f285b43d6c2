/** What the FHIR side of the server can do. */
import type { ReleaseManifest } from "../../governance/release/manifest.ts";

export function capabilityStatement(address: string, { version, createdAt }: ReleaseManifest): object {
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: createdAt,
    kind: "instance",
    software: { name: "Longitude", version },
    implementation: { description: "Forecasts from patient timelines", url: `${address}/fhir` },
    fhirVersion: "4.0.1",
    format: ["json"],
    rest: [
      {
        mode: "server",
        security: {
          service: [
            {
              coding: [
                {
                  system: "http://terminology.hl7.org/CodeSystem/restful-security-service",
                  code: "SMART-on-FHIR",
                },
              ],
            },
          ],
        },
        resource: [
          { type: "Device", interaction: [{ code: "read" }] },
          {
            type: "Patient",
            operation: [
              { name: "longitude-forecast", definition: "urn:longitude:operation:longitude-forecast" },
            ],
          },
        ],
      },
    ],
  };
}
