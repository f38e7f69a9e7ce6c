import LinearAlgebra
import Randomness

/// One chain of draws with what happened on its way.
public struct SampledChain: Sendable, Equatable {
  /// Parameters, one row a draw, on their estimation scales.
  public internal(set) var draws: [[Double]] = []
  /// ln density of each draw, up to a constant, over the parameters (without the box map's volume).
  public internal(set) var logDensities: [Double] = []
  /// The Hamiltonian at each draw.
  public internal(set) var energies: [Double] = []
  /// Doublings of each trajectory.
  public internal(set) var treeDepths: [Int] = []
  /// Mean acceptance statistic of the kept transitions.
  public internal(set) var acceptance = 0.0
  /// Kept transitions whose energy error passed 1000.
  public internal(set) var divergences = 0
  /// Kept transitions that met a point of density zero, such as a simulation that failed.
  public internal(set) var infeasible = 0
  /// The leapfrog step, in units of the learned metric.
  public internal(set) var stepSize = 0.0
  /// Gradients evaluated, warm-up included.
  public internal(set) var gradients = 0

  /// Runs a chain; no draws when no start with a density above zero is found.
  init<Base: LogDensity>(
    _ whitened: WhitenedDensity<Base>, options: SamplerOptions, target: Double,
    stream: inout RandomStream
  ) {
    var density = whitened
    guard var state = SampledChain.start(density, &stream) else { return }
    func kernel(_ step: Double) -> NoUTurnKernel<WhitenedDensity<Base>> {
      NoUTurnKernel(density: density, step: step, maximumDepth: options.maximumDepth)
    }
    var step = StepSize(target: target, first: kernel(1).reasonableStep(state, &stream))
    let windows = options.windows
    let opening = max(options.warmUp / 10, min(10, options.warmUp))
    var window: [[Double]] = []
    for iteration in 0..<options.warmUp {
      let moved = kernel(step.current).transition(from: state, &stream)
      state = moved.next
      gradients += moved.gradients
      step.learn(moved.acceptance)
      if iteration >= opening { window.append(state.position) }
      guard windows.contains(iteration + 1) else { continue }
      if let position = density.rescale(by: window, at: state.position),
        let again = NoUTurnKernel.state(density, at: position)
      {
        state = again
        step.restart(from: kernel(step.current).reasonableStep(state, &stream))
      }
      window = []
    }
    stepSize = step.final
    let fixed = kernel(stepSize)
    var sum = 0.0
    for _ in 0..<options.draws {
      let moved = fixed.transition(from: state, &stream)
      state = moved.next
      gradients += moved.gradients
      sum += moved.acceptance
      let (x, logVolume) = density.parameters(state.position)
      draws.append(x)
      logDensities.append(state.value - logVolume)
      energies.append(state.energy)
      treeDepths.append(moved.depth)
      divergences += moved.diverged ? 1 : 0
      infeasible += moved.metInfeasible ? 1 : 0
    }
    acceptance = options.draws > 0 ? sum / Double(options.draws) : 0
  }

  /// A start twice as far spread as the target is thought to be, and nearer where that fails.
  private static func start<Base: LogDensity>(
    _ density: WhitenedDensity<Base>, _ stream: inout RandomStream
  ) -> NoUTurnKernel<WhitenedDensity<Base>>.State? {
    var spread = 2.0
    for _ in 0..<30 {
      let position = (0..<density.dimension).map { _ in spread * stream.normal() }
      if let state = NoUTurnKernel.state(density, at: position) { return state }
      spread *= 0.8
    }
    return nil
  }
}
