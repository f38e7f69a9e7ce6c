import LinearAlgebra
import Quantities

/// Growth learned from earlier runs without a model of the cells.
public enum GrowthProcess {
  /// Learns surfaces of growth and the path from a lab's runs.
  ///
  /// `earlier` warms the searches with hyper-parameters that were found before (of other folds of the
  /// same runs); the answer does not depend on it beyond the search's tolerance, unless a likelihood
  /// has several maxima. `origins` keeps only windows that hold one of these times (h); nil learns all.
  /// Throws `InputRefused` when there are fewer than two donors, runs name different conditions,
  /// nothing can be learned, or an option is out of its range.
  public static func learn(
    _ histories: [GrowthHistory], origin: String, options: GrowthOptions = GrowthOptions(),
    origins: [Double]? = nil, earlier: LearnedGrowth? = nil
  ) throws(InputRefused) -> LearnedGrowth {
    for history in histories { try history.check() }
    guard options.studentDegrees > 1, options.pathStudentDegrees.map({ $0 > 1 }) ?? true,
      options.spacing > 0, options.knotSpacing > 0, options.reach >= 0, options.windowGap > 0,
      options.maximumSteps > 0, options.rounds > 0
    else {
      throw GrowthRefusal.of(
        origin, "An option of the learning is out of its range.",
        "Degrees of freedom above 1; spacings, gap, steps and rounds above 0.")
    }
    let taught = histories.filter { !$0.counts.isEmpty }
    guard Set(taught.map(\.donor)).count > 1 else {
      throw GrowthRefusal.of(
        origin, "Growth is learned from two donors or more.", "Add runs of other donors.")
    }
    let vocabulary = try GrowthVocabulary(taught)
    do {
      var surfaces: [GrowthSurface] = []
      for window in windows(taught, options) {
        if let origins, !origins.contains(where: { window.contains($0) }) { continue }
        let start = earlier?.surfaces.first {
          $0.origins.overlaps(window) && earlier?.vocabulary == vocabulary
        }
        if let surface = try GrowthSurface(
          taught, window: window, vocabulary: vocabulary, options: options, start: start?.values)
        {
          surfaces.append(surface)
        }
      }
      let path = try GrowthPath(taught, vocabulary: vocabulary, options: options)
      var notes: [String] = []
      if surfaces.isEmpty {
        notes.append(
          "No window of three counts and one later has \(options.fewestRuns) runs of "
            + "\(options.fewestDonors) donors: forecasts rest on the path alone.")
      }
      for surface in surfaces where !surface.isConverged {
        notes.append(
          "The search for the surface at \(surface.origins.lowerBound) h ended before its tolerance."
        )
      }
      if !path.isConverged { notes.append("The search for the path ended before its tolerance.") }
      return try LearnedGrowth(
        origin: origin, histories: taught, options: options, vocabulary: vocabulary,
        surfaces: surfaces, path: path, notes: notes)
    } catch let refused as InputRefused {
      throw refused
    } catch {
      throw GrowthRefusal.of(
        origin, "Learning growth failed: \(error)", "Look for runs that are there twice.")
    }
  }

  /// Spans of sampling times that all runs share, parted where no run was counted for `windowGap` h;
  /// longer ones are cut into days.
  static func windows(
    _ histories: [GrowthHistory], _ options: GrowthOptions
  ) -> [ClosedRange<Double>] {
    let times = histories.flatMap { $0.counts.map(\.time) }.sorted()
    guard let first = times.first else { return [] }
    var spans: [ClosedRange<Double>] = []
    var (low, high) = (first, first)
    for time in times.dropFirst() {
      if time - high > options.windowGap || time - low > 24 {
        spans.append(low...high)
        low = time
      }
      high = time
    }
    spans.append(low...high)
    return spans
  }
}
