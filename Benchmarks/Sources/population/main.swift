import Foundation
import LinearAlgebra
import Population
import Timing

/// Usage: population FOLDER METHOD REPEATS [SET]; METHOD is laplace, exact or saem.
///
/// One JSON line a set: the seconds of each fit, processor time, with standard errors and conditional
/// residuals and without the sampled log-likelihood; then estimates and log-likelihood.
let words = CommandLine.arguments
guard words.count > 3, let repeats = Int(words[3]) else {
  throw Unanswerable("usage: population FOLDER METHOD REPEATS [SET]")
}
BLASThreads.useOne()
var options = PopulationOptions()
options.checkDraws = 0
switch words[2] {
case "laplace": options.method = .laplace
case "exact": options.method = .automatic
case "saem": options.method = .saem
default: throw Unanswerable("unknown method \(words[2])")
}
for problem in try Problem.reference(words[1]) + Problem.classics(words[1])
where words.count < 5 || words[4] == problem.name {
  var seconds: [Double] = []
  var fit = PopulationResult()
  for _ in 0..<repeats {
    seconds.append(Stopwatch.seconds { fit = PopulationFit.run(problem.model, options: options) })
  }
  print(
    "{\"set\": \"\(problem.name)\", \"seconds\": \(Stopwatch.list(seconds)), \"usable\": "
      + "\(fit.isUsable), \"fixed\": \(Stopwatch.list(fit.fixed.map(\.estimate))), "
      + "\"deviations\": \(Stopwatch.list(fit.donorEffects.deviations)), \"logLik\": "
      + "\(fit.logLikelihood), \"offset\": \(fit.gradient)}")
  if !fit.isUsable { try Streams.remark("\(problem.name): \(fit.notes)") }
}
