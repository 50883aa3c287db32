// The world of these tests, and its rows once more, made by a loop of their own.
export const PROJECT = "acme-data";
export const DATASET = "sales";

const DAYS = [["2026-03-11", 3], ["2026-03-12", 2], ["2026-03-13", 2]];

export const ORDERS = DAYS.flatMap(([day, count], before) =>
  Array.from({ length: count }, (_, row) => ({
    id: DAYS.slice(0, before).reduce((sum, [, n]) => sum + n, 0) + row + 1,
    order_date: day,
    customer: ["ada", "bob", "cy"][row % 3],
    amount: ["1.5", "20", "300.25"][row % 3],
    score: [0.5, 20000000][row % 2],
    paid: row % 2 === 0,
    created_at: `${day}T0${1 + row}:00:00.000Z`,
  })));

export const world = (queries = {}, more = {}) => ({
  project: PROJECT,
  dataset: DATASET,
  queries,
  tables: {
    orders: {
      partition_column: "order_date",
      clustering: ["customer"],
      columns: [
        { name: "id", type: "INT64", mode: "REQUIRED" },
        { name: "order_date", type: "DATE" },
        { name: "customer", type: "STRING" },
        { name: "amount", type: "NUMERIC" },
        { name: "score", type: "FLOAT64" },
        { name: "paid", type: "BOOL" },
        { name: "created_at", type: "TIMESTAMP" },
        { name: "note", type: "STRING", values: { cycle: ["left", "right"], null_every: 2 } },
      ],
      partitions: DAYS.map(([date, row_count]) => ({
        date,
        row_count,
        last_modified: `${date}T23:00:00Z`,
        rows: ORDERS.filter((row) => row.order_date === date).map((row) => ({
          ...row, created_at: row.created_at.replace(".000", ""),
        })),
      })),
    },
    guarded: {
      partition_column: "day",
      require_partition_filter: true,
      columns: [{ name: "day", type: "DATE" }],
      partitions: [{ date: "2026-03-13", row_count: 4 }],
    },
    users: { row_count: 2, columns: [{ name: "user_id", type: "INT64" }, { name: "since", type: "DATETIME" }] },
  },
  ...more,
});
