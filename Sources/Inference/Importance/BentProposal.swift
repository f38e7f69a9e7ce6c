import LinearAlgebra

/// Proposals along the bends of a posterior: one about each of some constrained minima.
///
/// A single t follows the curvature at the estimate only. Where parameters trade off the posterior
/// bends away from it, and draws from one t thin out along the bend, however it is widened. The
/// profile of each parameter runs along the middle of the bend: about points of it, at rises of about
/// 0.5, 2 and 4, stands a t with the covariance that the rows there have. This is the grid of an
/// integrated Laplace approximation, used as a proposal, so that the weights put right what the grid
/// misses. Source: Rue, Martino and Chopin (2009), J R Stat Soc B 71:319, section 3.
struct BentProposal<Problem: LeastSquaresProblem> {
  /// Rises of -ln p at which a component stands, on each side of each profile.
  static var rises: [Double] { [0.5, 2, 4] }
  /// Scale of a component against its covariance.
  static var widening: Double { 1.25 }
  /// Share of the first proposal, which guards what no profile meets.
  static var guardedShare: Double { 0.1 }

  let problem: Problem
  let point: [Double]
  /// Parameters that vary.
  let inside: [Int]
  let search: TrustRegionOptions

  /// The components about the profiles' points and `wide`; nil when no profile could be followed.
  func mixture(wide: StudentProposal) -> ProposalMixture? {
    var components = [wide]
    var shares = [BentProposal.guardedShare]
    if let center = component(about: point) {
      components.append(center)
      shares.append(1)
    }
    for index in inside {
      for (foot, rise) in feet(of: index) {
        guard let component = component(about: foot) else { continue }
        components.append(component)
        shares.append(Double.exp(-0.5 * rise))
      }
    }
    guard components.count > 2 else { return nil }
    let total = shares.dropFirst().reduce(0, +)
    return ProposalMixture(components, shares: [shares[0]] + shares.dropFirst().map { $0 / total })
  }

  /// The points of a profile nearest to the chosen rises, on both sides.
  private func feet(of index: Int) -> [(point: [Double], rise: Double)] {
    var options = ProfileOptions()
    options.level = 0.995
    options.tolerance = 0.2
    options.maximumPoints = 10
    options.maximumEvaluations = 150
    guard
      let profile = Profile.parameter(
        index, of: problem, at: point, options: options, search: search)
    else { return [] }
    return [true, false].flatMap { below -> [(point: [Double], rise: Double)] in
      let side = profile.points.filter {
        $0.rise > 0.1 && $0.rise < 6 && ($0.value < profile.estimate) == below
      }
      var chosen: [(point: [Double], rise: Double)] = []
      for rise in BentProposal.rises {
        let wanted = rise.squareRoot()
        let nearest = side.min {
          abs($0.rise.squareRoot() - wanted) < abs($1.rise.squareRoot() - wanted)
        }
        guard let nearest, abs(nearest.rise.squareRoot() - wanted) < 0.5,
          !chosen.contains(where: { $0.rise == nearest.rise })
        else { continue }
        chosen.append((nearest.parameters, nearest.rise))
      }
      return chosen
    }
  }

  /// The t about a point with the covariance of the rows there; from a bound it stands off to the open
  /// side.
  private func component(about point: [Double]) -> StudentProposal? {
    guard let rows = try? problem.linearise(at: point)?.rows else { return nil }
    let (low, high) = (problem.lowerBounds, problem.upperBounds)
    let active = point.indices.map { j -> ActiveBound in
      guard inside.contains(j) else { return .none }
      return point[j] <= low[j] ? .lower : point[j] >= high[j] ? .upper : .none
    }
    guard
      let covariance = BoxInformation.covariance(
        rows, bounds: zip(low, high).map { $0...$1 }, active: active)
    else { return nil }
    return StudentProposal(
      center: StudentProposal.center(
        point, covariance, active, bounds: zip(low, high).map { $0...$1 }),
      covariance: covariance, inside: inside, widening: BentProposal.widening)
  }
}
