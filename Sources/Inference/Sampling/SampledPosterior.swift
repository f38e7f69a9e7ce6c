import LinearAlgebra
import Randomness
import Statistics

/// Draws from a posterior by the no-U-turn sampler, with a verdict on them. It starts as a failure.
///
/// Draws may be used only when `isUsable`: every parameter and the log density with R-hat below 1.01
/// and bulk and tail ESS above 400, no divergence, and E-FMI above 0.2 in every chain.
/// Reference: Vehtari et al. (2021), Bayesian Analysis 16, 667-718; posteriordb, definition of
/// reference posteriors.
public struct SampledPosterior: Sendable, Equatable {
  /// Whose posterior it is.
  public let name: String
  /// Names of the parameters.
  public let parameters: [String]
  /// The chains.
  public internal(set) var chains: [SampledChain] = []
  /// Diagnostics of each parameter on its estimation scale.
  public internal(set) var diagnostics: [ChainDiagnostics] = []
  /// Diagnostics of the log density.
  public internal(set) var logDensity: ChainDiagnostics?
  /// E-FMI of each chain.
  public internal(set) var energyFractions: [Double] = []
  /// Attempts made; 2 when the first one diverged.
  public internal(set) var attempts = 0
  /// Whether the draws may be used.
  public internal(set) var verdict = Verdict.notUsable([.init("not run", "", "Run the sampler.")])

  /// Whether draws may be used.
  public enum Verdict: Sendable, Equatable {
    /// All diagnostics pass.
    case usable
    /// Some do not.
    case notUsable([Failure])
  }

  /// A diagnostic that failed.
  public struct Failure: Sendable, Equatable {
    /// The diagnostic, such as `R-hat of mu`.
    public let diagnostic: String
    /// What was found and what was asked for.
    public let found: String
    /// What to do.
    public let remedy: String

    init(_ diagnostic: String, _ found: String, _ remedy: String) {
      self.diagnostic = diagnostic
      self.found = found
      self.remedy = remedy
    }
  }

  /// True when the draws may be used.
  public var isUsable: Bool { verdict == .usable }

  /// What failed, and what to do, in sentences; empty when the draws may be used.
  public var advice: [String] {
    guard case .notUsable(let failures) = verdict else { return [] }
    return failures.map {
      ([$0.diagnostic] + ($0.found.isEmpty ? [] : [$0.found])).joined(separator: " ")
        + ". \($0.remedy)"
    }
  }

  /// Divergent transitions of all chains.
  public var divergences: Int { chains.reduce(0) { $0 + $1.divergences } }
  /// Transitions of all chains that met a point of density zero.
  public var infeasible: Int { chains.reduce(0) { $0 + $1.infeasible } }
  /// Gradients evaluated by all chains of the last attempt, warm-up included.
  public var gradients: Int { chains.reduce(0) { $0 + $1.gradients } }
  /// All draws, chain after chain, on the estimation scales.
  public var points: [[Double]] { chains.flatMap(\.draws) }

  init(name: String, parameters: [String]) {
    self.name = name
    self.parameters = parameters
  }

  /// Samples a density inside a box.
  ///
  /// `estimate` and `covariance` (on the parameters' own scale; nil when there is none) tell where
  /// and how wide the posterior is about; bounds may be infinite. Chains start from draws twice as
  /// wide. `density` makes one density for each chain, which need not be thread-safe; the draws are
  /// the same bytes for any number of threads. After divergences it tries once more with
  /// `retryAcceptance`. *Edge case:* an estimate or bounds of the wrong count, or a lower bound
  /// that is not below the upper one, are not usable.
  public static func sample<Density: LogDensity>(
    _ name: String, parameters: [String], estimate: [Double], covariance: Matrix?,
    lowerBounds: [Double], upperBounds: [Double], options: SamplerOptions = SamplerOptions(),
    density: @Sendable () -> Density
  ) -> SampledPosterior {
    var result = SampledPosterior(name: name, parameters: parameters)
    let n = parameters.count
    guard n > 0, estimate.count == n, lowerBounds.count == n, upperBounds.count == n,
      covariance.map({ $0.rows == n && $0.columns == n }) ?? true,
      estimate.allSatisfy(\.isFinite), zip(lowerBounds, upperBounds).allSatisfy({ $0 < $1 })
    else {
      result.verdict = .notUsable([
        Failure("The question", "has no shape", "Give one estimate and range for each parameter.")
      ])
      return result
    }
    let box = zip(lowerBounds, upperBounds).map { BoxTransform(lower: $0, upper: $1) }
    let targets = [options.targetAcceptance] + (options.retryAcceptance.map { [$0] } ?? [])
    for (attempt, target) in targets.enumerated() {
      result.chains = Parallel.map(chunksOf: 1, count: options.chains, threads: options.threads) {
      } body: { _, index in
        var stream = RandomStream(
          seed: options.seed, name: name, purpose: "nuts \(attempt)", index: UInt64(index))
        let whitened = WhitenedDensity(
          density(), box: box, estimate: estimate, covariance: covariance)
        return SampledChain(whitened, options: options, target: target, stream: &stream)
      }
      result.attempts = attempt + 1
      if result.divergences == 0 { break }
    }
    result.judge()
    return result
  }
}
