import LinearAlgebra

/// A number that the parameters determine, such as ln of the viable cells on a day to come.
public protocol ScalarPrediction {
  /// The number at p; nil where it cannot be computed.
  func value(at p: [Double]) -> Double?
  /// The number and its slope in each parameter.
  func slopes(at p: [Double]) -> (value: Double, slopes: [Double])?
}

/// A problem with one more row that draws a prediction towards a value.
///
/// f(p) + (g(p) - c)^2 / (2 d^2). Its minimum lies short of g = c, but it is an exact minimum of f
/// among all points with the same g, whatever d is: a point of the profile at the value reached. So
/// d need not go to zero and nothing becomes ill-conditioned (Kreutz et al. 2012).
struct DrawnPrediction<Problem: LeastSquaresProblem, Prediction: ScalarPrediction>:
  LeastSquaresProblem
{
  let problem: Problem
  let prediction: Prediction
  let target: Double
  let width: Double

  var parameterCount: Int { problem.parameterCount }
  var lowerBounds: [Double] { problem.lowerBounds }
  var upperBounds: [Double] { problem.upperBounds }

  func objective(at p: [Double]) throws -> Double? {
    guard let f = try problem.objective(at: p), let g = prediction.value(at: p) else { return nil }
    let r = (g - target) / width
    return f + r * r / 2
  }

  func linearise(at p: [Double]) throws -> Linearisation? {
    guard let line = try problem.linearise(at: p), let g = prediction.slopes(at: p) else {
      return nil
    }
    let r = (g.value - target) / width
    let m = line.rows.rows
    return Linearisation(
      objective: line.objective + r * r / 2,
      rows: Matrix(rows: m + 1, columns: line.rows.columns) { i, j in
        i < m ? line.rows[i, j] : g.slopes[j] / width
      }, residuals: line.residuals + [r])
  }
}

/// Minima with a prediction drawn to a value.
struct PredictionCurve<Problem: LeastSquaresProblem, Prediction: ScalarPrediction>: ProfileCurve {
  let problem: Problem
  let prediction: Prediction
  let search: TrustRegionOptions
  let range = -Double.infinity...Double.infinity
  let unit: Double
  /// The search for a drawn prediction ends where the objective moves no more.
  let accuracy = 1e-4
  let origin: ProfileFoot
  private let walls: BoundSet
  private(set) var evaluations = 0

  init?(
    _ problem: Problem, _ prediction: Prediction, at point: [Double], unit: Double?,
    search: TrustRegionOptions
  ) {
    guard let line = try? problem.linearise(at: point), let g = prediction.slopes(at: point)
    else { return nil }
    self.problem = problem
    self.prediction = prediction
    self.search = search
    let spread = (try? StandardErrors(rows: line.rows)).flatMap { errors in
      (try? errors.covariance.times(g.slopes)).map { dot($0, g.slopes).squareRoot() }
    }
    self.unit = spread.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } ?? unit ?? 0.1
    origin = ProfileFoot(
      value: g.value, objective: line.objective, slope: 0, point: point, isConverged: true,
      leaning: [])
    walls = BoundSet(problem, at: point)
  }

  mutating func foot(at value: Double, from neighbour: ProfileFoot) -> ProfileFoot? {
    let width = 0.1 * unit
    // The minimum stops short of its target by slope * width^2.
    let target = value + neighbour.slope * width * width
    let drawn = DrawnPrediction(
      problem: problem, prediction: prediction, target: target, width: width)
    let result = minimise(drawn, from: neighbour.point, options: search)
    evaluations += result.evaluations + 1
    guard result.objective.isFinite, let reached = prediction.value(at: result.parameters) else {
      return nil
    }
    let r = (reached - target) / width
    return ProfileFoot(
      value: reached, objective: result.objective - r * r / 2, slope: -r / width,
      point: result.parameters, isConverged: result.isUsable,
      leaning: walls.metAnew(result.parameters, except: nil))
  }
}

extension Profile {
  /// The profile of a prediction about an optimum: which values of it the data allow.
  ///
  /// `unit` is a first step where the data leave the prediction without a standard deviation; 0.1 is
  /// right for logarithms. nil when the prediction cannot be computed at the optimum.
  public static func prediction(
    _ prediction: some ScalarPrediction, of problem: some LeastSquaresProblem,
    at optimum: [Double], unit: Double? = nil, options: ProfileOptions = ProfileOptions(),
    search: TrustRegionOptions = TrustRegionOptions()
  ) -> Profile? {
    guard
      let curve = PredictionCurve(
        problem, prediction, at: optimum, unit: unit, search: search)
    else { return nil }
    var trace = ProfileTrace(curve, at: curve.origin, options: options)
    return trace.run()
  }
}
