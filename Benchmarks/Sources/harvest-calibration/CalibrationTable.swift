/// The report, in Markdown.
struct CalibrationTable {
  private(set) var text: String

  init(_ runs: [CalibrationRun], seed: UInt64, donors: Int) {
    let answered = runs.filter { !$0.starts.isEmpty }
    let starts = answered.reduce(0) { $0 + $1.starts.count }
    let basis =
      donors == 0
      ? "Each run is fitted alone, with the model's priors."
      : "Decisions rest on a prior learned from \(donors) other simulated donors, read daily to day 12; "
        + "the noise of readings is the same for all."
    text = """
      # Calibration of harvest probabilities\(donors == 0 ? "" : " from a learned prior")

      \(basis)

      Made by `Benchmarks/harvest-calibration.sh`; seed \(seed). \(runs.count) simulated runs of a closed
      12-day process with its planned wash, feeds and daily half exchanges (the operations of
      data/runs/prodigy_example). The true parameters of `live_dead` come from its own priors, readings of
      density and viability from its own noise, daily from day 2 to a random day 4 to 8; the CAR+ share
      is logit-normal about 30 % (sd 0.5), read with sd 0.25 on days 4, 6 and 8 as far as they lie before
      now; losses are drawn from what the plan says (wash 70 % sd 8 %, fill 93 % sd 2 %, 3E7 cells kept
      back, 2 % for quality control); the planned dose is ln-normal about 3.5E8 cells (sd 0.7), the least
      one half of it. Criteria: viability at least 80 %, CAR+ at least 15 %, day 5 to 13, at most 8
      doublings, at most 4.5E9 viable cells in the vessel. Each whole day from now to day 12 is a
      candidate. 1000 draws; no check of the latest reading. \(answered.count) runs were decided on,
      \(runs.count - answered.count) refused or not simulated; \(starts) candidates. Errors are of runs: the
      candidates of one run share their truth.


      """
    text += "| said P(met) | candidates | said, mean | came true | error |\n|---|---|---|---|---|\n"
    for k in 0..<10 {
      text += row(answered, Double(k) / 10, k == 9 ? 1.01 : Double(k + 1) / 10) {
        ($0.said, $0.met)
      }
    }
    text += "\nAbout 0.9 and 0.5 (asked: 87 to 93 %, and 45 to 55 %):\n\n"
    text += "| said P(met) | candidates | said, mean | came true | error |\n|---|---|---|---|---|\n"
    text += row(answered, 0.85, 0.95) { ($0.said, $0.met) }
    text += row(answered, 0.45, 0.55) { ($0.said, $0.met) }
    text += "\nThe planned or the least dose, P(met) + P(reduced):\n\n"
    text += "| said | candidates | said, mean | came true | error |\n|---|---|---|---|---|\n"
    for k in 0..<10 {
      text += row(answered, Double(k) / 10, k == 9 ? 1.01 : Double(k + 1) / 10) {
        ($0.saidAny, $0.any)
      }
    }
    let counts = ["harvest", "wait", "alarm", "stop"].map { name in
      "\(name) \(answered.filter { $0.verdict == name }.count)"
    }
    text += "\nVerdicts: \(counts.joined(separator: ", ")) runs. Of the harvests, "
    let gone = answered.filter { $0.verdict == "harvest" }.compactMap { run in
      run.starts.first { $0.hour == run.hour }
    }
    text +=
      gone.isEmpty
      ? "there was none.\n"
      : "said to meet everything with P = \(percent(gone.reduce(0) { $0 + $1.said } / Double(gone.count))) on "
        + "average, \(percent(Double(gone.filter(\.met).count) / Double(gone.count))) did.\n"
  }

  private func row(
    _ runs: [CalibrationRun], _ low: Double, _ high: Double,
    _ pair: (CalibrationRun.Start) -> (Double, Bool)
  ) -> String {
    var count = 0
    var said = 0.0
    var met = 0.0
    var squares = 0.0
    for run in runs {
      let those = run.starts.map(pair).filter { $0.0 >= low && $0.0 < high }
      let surplus = those.reduce(0) { $0 + ($1.1 ? 1 : 0) - $1.0 }
      count += those.count
      said += those.reduce(0) { $0 + $1.0 }
      met += those.reduce(0) { $0 + ($1.1 ? 1 : 0) }
      squares += surplus * surplus
    }
    let range = "\(fixed(low, 2)) - \(fixed(min(1, high), 2))"
    guard count > 0 else { return "| \(range) | 0 | - | - | - |\n" }
    let n = Double(count)
    return "| \(range) | \(count) | \(percent(said / n)) | \(percent(met / n)) | "
      + "\(percent(squares.squareRoot() / n)) |\n"
  }

  private func percent(_ share: Double) -> String { fixed(100 * share, 1) + " %" }

  private func fixed(_ x: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int((x * scale).rounded())
    let digits = String(whole % Int(scale))
    let zeros = String(repeating: "0", count: max(0, decimals - digits.count))
    return "\(whole / Int(scale))" + (decimals > 0 ? "." + zeros + digits : "")
  }
}
