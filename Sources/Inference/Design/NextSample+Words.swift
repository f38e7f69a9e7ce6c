import Quantities

extension NextSample {
  /// `day 7` or `day 7.5`.
  public static func day(_ hours: Double) -> String {
    "day \(NumberText.significant((hours / 24 * 100).rounded() / 100, 4))"
  }

  /// Factors either way for two standard deviations of ln: three digits, more until they differ.
  public static func factors(_ a: Double, _ b: Double) -> (String, String) {
    PrintedRange.apart(factor(a), factor(b))
  }

  /// The answer in a few sentences.
  public var words: String {
    switch stage {
    case .running: return forecastWords
    case .unplanned:
      return forecastWords
        + (helps
          ? " Nothing is planned after the last measurement: if the run is over, plan it in "
            + "the next one." : "")
    case .over(let harvest):
      return "The run is over (harvest on \(NextSample.day(harvest))): for the next run, "
        + nextRunWords
    }
  }

  private var forecastWords: String {
    let what = "the forecast of viable cells on \(NextSample.day(question.target))"
    guard let first = best.first else {
      return candidates.isEmpty
        ? "No sample can be taken before then."
        : "No sample is advised: each would take more than "
          + "\(NumberText.percent(NextSample.mostShare)) of the culture. Use an assay that takes less."
    }
    let (shown, after) = NextSample.factors(sd, first.sd)
    // At one point the noise is taken for known.
    let now = (points > 1 ? "" : "about ") + shown
    guard helps else {
      return
        "No single sample would narrow \(what) much: it stays within a factor of \(now) either "
        + "way (95 %), and the best one tried (\(NextSample.noun(first.assay)) on "
        + "\(NextSample.day(first.time))) would leave \(after)." + limitingWords
    }
    return "\(NextSample.verb(first.assay)) on \(NextSample.day(first.time)): \(what) narrows "
      + "from a factor of \(now) to \(after) either way (95 %)" + cost(first) + "."
      + plannedWords(first) + soonerWords(than: first) + comesFromWords
  }

  /// What the samples that are planned already have to do with the one advised.
  private func plannedWords(_ advised: Candidate) -> String {
    guard !question.planned.isEmpty else { return "" }
    let isPlanned = question.planned.contains { abs($0 - advised.time) < 12 }
    let others = question.planned.filter {
      abs($0 - advised.time) >= 12 && $0 < question.target
    }
    let own =
      isPlanned
      ? " A sample is planned for that day: measure it, no other is needed." : ""
    guard let first = others.first, let last = others.last else { return own }
    return own
      + " This is the gain of that one alone; those planned for "
      + (first == last
        ? NextSample.day(first)
        : "\(NextSample.day(first)) to \(NextSample.day(last))")
      + " tell of the run before it is too late to act, and are not to be left out."
  }

  /// What the same assay would give on earlier days: the later a sample, the more it tells of the
  /// forecast and the less time it leaves.
  private func soonerWords(than first: Candidate) -> String {
    let sooner = candidates.filter {
      $0.assay == first.assay && $0.time < first.time && !$0.isCostly
        && $0.sd <= (1 - NextSample.leastGain) * sd
    }
    guard let earliest = sooner.first else { return "" }
    func left(_ candidate: Candidate) -> String {
      "\(NextSample.day(candidate.time)) leaves a factor of "
        + NumberText.significant(NextSample.factor(candidate.sd), 3)
    }
    // The first day that takes away three quarters of what the best one does.
    let enough = sooner.first { 4 * (sd - $0.sd) >= 3 * (sd - first.sd) }
    guard let enough, enough.time > earliest.time else {
      return " Sooner tells less: \(left(earliest))."
        + (enough == nil ? "" : " That is three quarters of the gain or more.")
    }
    return
      " Sooner tells less: \(left(earliest)); \(left(enough)) and is the first with three quarters "
      + "of the gain."
  }

  private var comesFromWords: String {
    guard let limiting, limiting.share >= 0.5, limiting.name != ParameterPlan.donorSpread else {
      return ""
    }
    return " Most of the uncertainty comes from \(limiting.name)\(limiting.priorWords)."
  }

  private var nextRunWords: String {
    guard helps, let most = mostInformative, let sharpened = most.sharpened else {
      return "no single sample beside those of this one would tell much more of the parameters."
    }
    return
      "\(NextSample.noun(most.assay)) on \(NextSample.day(most.time)) beside the samples of this "
      + "one (a second one where that day has one) would tell most of how cells grow: the standard error of "
      + "\(sharpened.name) would fall by \(NumberText.percent(sharpened.share))" + cost(most) + "."
  }

  private func cost(_ candidate: Candidate) -> String {
    let volume = "\(NumberText.significant(question.volume(candidate.assay), 3)) mL"
    guard let cells = candidate.cells else { return "; takes \(volume)" }
    let share =
      candidate.share.map { ", \(NumberText.significant($0 * 100, 2)) % of the culture" } ?? ""
    return "; takes \(volume) with \(NumberText.significant(cells * 1e6, 2)) viable cells\(share)"
  }

  private var limitingWords: String {
    guard let limiting else { return "" }
    if limiting.name == ParameterPlan.donorSpread {
      return " What limits it is the spread between donors, which no sample of this pool narrows."
    }
    return " What limits it is \(limiting.name)\(limiting.priorWords)"
      + (limiting.isPrior ? ": a better prior from earlier runs helps more." : ".")
  }

  /// How an assay is asked for.
  static func verb(_ assay: String) -> String {
    switch assay {
    case "vcd", "tvc", "fold": "Count viable cells once more"
    case "dead": "Count dead cells"
    case "tcd": "Count all cells"
    case "car_positive": "Measure the CAR+ fraction"
    default: "Measure \(assay)"
    }
  }

  /// How an assay is spoken of.
  static func noun(_ assay: String) -> String {
    switch assay {
    case "vcd", "tvc", "fold": "a count of viable cells"
    case "dead": "a count of dead cells"
    case "tcd": "a count of all cells"
    case "car_positive": "the CAR+ fraction"
    default: "a reading of \(assay)"
    }
  }
}
