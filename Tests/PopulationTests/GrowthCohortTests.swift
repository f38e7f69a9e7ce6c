import Foundation
import Population
import Testing

private let people = oracles.deletingLastPathComponent().deletingLastPathComponent().appending(
  path: "data/human_tcell_cohort_ced/data.csv")

/// T cells of forty people (see the data's SOURCE.md): learned from thirty, forecast for ten.
struct GrowthCohortTests {
  /// One fold of Benchmarks/cohort.py with wide limits. Catches features of the wrong interval, a
  /// person in teaching and trying, and intervals of the mean given for those of a culture: each
  /// doubles the error or halves the coverage.
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: people.path),
      "../shared/data/human_tcell_cohort_ced is not there"))
  func tenOfForty() throws {
    let histories = try read()
    let donors = Set(histories.map(\.donor)).sorted()
    #expect(donors.count == 40)
    let out = Set(donors.enumerated().filter { $0.offset % 4 == 1 }.map(\.element))
    let learned = try GrowthProcess.learn(
      histories.filter { !out.contains($0.donor) }, origin: "thirty people", origins: [92])
    var errors: [[Double]] = [[], []]
    var scores: [[Double]] = [[], []]
    var (inside, all) = (0, 0)
    for history in histories where out.contains(history.donor) {
      guard let last = history.counts.firstIndex(where: { 88...98 ~= $0.time }) else { continue }
      var early = history
      early.counts = Array(history.counts[...last])
      for count in history.counts where count.time > 110 {
        let told = try learned.forecast(
          early, at: [count.time], replicates: count.replicates, basis: .surface)
        let k = count.time < 125 ? 0 : 1
        errors[k].append(abs(exp(told.median[0] - count.logCells) - 1))
        scores[k].append(told.score(count.logCells, at: 0))
        inside +=
          told.quantile(0.05, at: 0)...told.quantile(0.95, at: 0) ~= count.logCells ? 1 : 0
        all += 1
      }
    }
    let medians = errors.map { $0.sorted()[$0.count / 2] }
    let means = scores.map { $0.reduce(0, +) / Double($0.count) }
    #expect(medians[0] < 0.14 && medians[1] < 0.26, "\(medians)")
    #expect(means[0] < 0.13 && means[1] < 0.24, "\(means)")
    #expect(all > 60 && 0.8...0.99 ~= Double(inside) / Double(all), "\(inside) of \(all)")
  }

  private func read() throws -> [GrowthHistory] {
    var order: [String] = []
    var wells: [String: [Double: [Double]]] = [:]
    var heads: [String: (String, [String])] = [:]
    for row in try table(people) {
      guard row.count > 5, let time = Double(row[3]), let cells = Double(row[5]),
        let donor = row.last
      else { continue }
      if heads[row[0]] == nil { order.append(row[0]) }
      heads[row[0]] = (donor, [row[1], row[2]])
      wells[row[0], default: [:]][time, default: []].append(cells)
    }
    return try order.map { run in
      let mine = wells[run] ?? [:]
      return try GrowthHistory(
        run: run, donor: heads[run]?.0 ?? "", factors: heads[run]?.1 ?? [],
        counts: mine.keys.sorted().map { time in
          let x = mine[time] ?? []
          return GrowthCount(
            time: time, logCells: log(x.reduce(0, +) / Double(x.count)),
            replicates: Double(x.count))
        })
    }
  }
}
