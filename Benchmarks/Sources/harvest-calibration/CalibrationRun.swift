/// What one simulated run told, as one line of text.
struct CalibrationRun: Sendable {
  /// One candidate start: what was said, and what was true.
  struct Start: Sendable {
    let hour: Double
    let said: Double
    let saidAny: Double
    let met: Bool
    let any: Bool
  }

  let index: Int
  let now: Double
  /// The verdict, or why there is none.
  let verdict: String
  /// The start that the verdict speaks of; NaN for none.
  let hour: Double
  let starts: [Start]

  /// index|now|verdict|hour|hour,said,said any,met,any|...
  var line: String {
    (["\(index)", "\(now)", verdict, "\(hour)"]
      + starts.map { "\($0.hour),\($0.said),\($0.saidAny),\($0.met ? 1 : 0),\($0.any ? 1 : 0)" })
      .joined(separator: "|")
  }

  init(index: Int, now: Double, verdict: String, hour: Double = .nan, starts: [Start] = []) {
    (self.index, self.now, self.verdict, self.hour) = (index, now, verdict, hour)
    self.starts = starts
  }

  /// nil for a line that is not whole.
  init?(_ line: Substring) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count >= 4, let index = Int(fields[0]), let now = Double(fields[1]),
      let hour = Double(fields[3])
    else { return nil }
    var starts: [Start] = []
    for field in fields.dropFirst(4) {
      let parts = field.split(separator: ",")
      guard parts.count == 5, let hour = Double(parts[0]), let said = Double(parts[1]),
        let any = Double(parts[2])
      else { return nil }
      starts.append(
        Start(hour: hour, said: said, saidAny: any, met: parts[3] == "1", any: parts[4] == "1"))
    }
    self.init(index: index, now: now, verdict: String(fields[2]), hour: hour, starts: starts)
  }
}
