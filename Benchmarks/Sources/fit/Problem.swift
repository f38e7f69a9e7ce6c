import Bioreactor
import Inference
import Integration
import ModelLanguage
import RunRecords
import Timing

/// One run of the reference problem: what is checked and what is timed.
struct Problem {
  /// A fit that gave no estimate.
  struct Refused: Error {
    let run: String
    let why: String
  }

  let culture: Culture
  let slices: Int

  private var values: [Double] { culture.model.parameters.map(\.value) }
  private var free: [Int] {
    culture.model.parameters.indices.filter { !culture.model.parameters[$0].isFixed }
  }

  /// One run's record: name, states at the samples, optimum, objective, times in microseconds.
  func record() throws -> String {
    var options = FitOptions()
    options.starts = 1
    // The peers do not profile; the cost of that check is in the README.
    options.checksProfiles = false
    var fields = [("run", "\"\(culture.run.name)\"")]
    for (name, tolerance) in [("1e-6", 1e-6), ("1e-8", 1e-8)] {
      options.relativeTolerance = tolerance
      options.absoluteTolerance = tolerance / 100
      let step = options.stepOptions
      let fit = try Fit.run(culture, options: options)
      guard fit.isUsable else {
        throw Refused(run: fit.run, why: "\(fit.termination) \(fit.notes)")
      }
      let squares = fit.residuals.compactMap(\.standardised).reduce(0) { $0 + $1 * $1 }
      fields.append(("objective \(name)", "\(squares / 2)"))
      fields.append(("simulations \(name)", "\(fit.simulations)"))
      fields.append(("optimum \(name)", list(free.map { fit.natural[$0] })))
      fields.append(("states \(name)", try states(step)))
      let predictor = Predictor(culture, options: step)
      let (start, moved, fitOptions) = (values, free, options)
      let slopes = moved.map { start[$0] }
      fields.append(
        ("simulation \(name)", Stopwatch.slices(slices) { _ = predictor.predict(start) }))
      fields.append(
        (
          "sensitivities \(name)",
          Stopwatch.slices(slices) {
            _ = predictor.predict(start, seeds: moved, slopes: slopes)
          }
        ))
      fields.append(
        ("fit \(name)", Stopwatch.slices(slices) { _ = try? Fit.run(culture, options: fitOptions) })
      )
    }
    return "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }

  /// States at every sample by the path that the predictor takes: steps land on the samples.
  private func states(_ options: StepOptions) throws -> String {
    var hours: [Double] = []
    for target in culture.targets where hours.last != target.observation.time {
      hours.append(target.observation.time)
    }
    let instants = hours.map { Instant(time: $0) }
    let snapshots = try culture.simulate(values, at: instants, options: options)
    return "[" + snapshots.map { list($0.amounts) }.joined(separator: ", ") + "]"
  }

  private func list(_ numbers: [Double]) -> String {
    "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]"
  }
}
