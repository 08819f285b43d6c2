/**
 * The embedded DuckDB: one place that sets its memory limit, its threads and where it may spill.
 * Invariant: a full disk surfaces as DISK_FULL, whichever layer noticed it.
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { asMachineError } from "../artefacts/machine-error.ts";

export interface DatabaseOptions {
  /** File of the database; in memory without it. */
  readonly path?: string;
  /** DuckDB's own limit, megabytes; beyond it, it spills into `spillDir`. */
  readonly memoryMb?: number;
  readonly spillDir?: string;
  readonly threads?: number;
}

export class Database {
  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  static async open(options: DatabaseOptions = {}): Promise<Database> {
    const settings: Record<string, string> = {
      memory_limit: `${options.memoryMb ?? 512}MB`,
      threads: String(options.threads ?? 2),
      preserve_insertion_order: "true",
      autoinstall_known_extensions: "false",
    };
    if (options.spillDir !== undefined) settings.temp_directory = options.spillDir;
    const instance = await DuckDBInstance.create(options.path ?? ":memory:", settings);
    return new Database(instance, await instance.connect());
  }

  /** @param connection where several statements run side by side: one of `connect` */
  async run(sql: string, connection = this.connection): Promise<void> {
    await this.#guard(() => connection.run(sql));
  }

  /** All rows of a small answer. */
  async rows(sql: string): Promise<Record<string, DuckDBValue>[]> {
    return this.#guard(async () => (await this.connection.runAndReadAll(sql)).getRowObjects());
  }

  /** A connection of its own, so that several results can stream side by side. */
  async connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asMachineError(error, "writing records");
    }
  }
}

/** An SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
