import Bioreactor

extension FitProblem {
  /// One run of a fit; an object, since a copy of a culture touches memory that all threads share.
  final class Member {
    let culture: Culture
    let predictor: Predictor
    /// The law of each target.
    let laws: [Law]
    /// Columns of the plan that move the model's parameters here, and which ones.
    let columns: [Int]
    let seeds: [Int]
    /// Column of the spread between pooled donors.
    let spread: Int?
    /// Columns of counters' biases.
    let biases: [Int]

    convenience init(
      _ culture: Culture, number: Int, plan: ParameterPlan, options: FitOptions
    ) {
      self.init(
        culture, Predictor(culture, options: options.stepOptions(for: culture)), number: number,
        plan: plan)
    }

    /// The same run under another plan.
    convenience init(_ other: Member, number: Int, plan: ParameterPlan) {
      self.init(other.culture, other.predictor, number: number, plan: plan)
    }

    private init(
      _ culture: Culture, _ predictor: Predictor, number: Int, plan: ParameterPlan
    ) {
      self.culture = culture
      self.predictor = predictor
      laws = culture.targets.map {
        Law($0, culture.model, bias: plan.biasColumn(of: $0.observation))
      }
      columns = plan.columns(of: number)
      seeds = columns.compactMap { plan.free[$0].index }
      spread =
        culture.run.donor == .pooled ? plan.free.firstIndex { $0.role == .donorSpread } : nil
      biases = Set(laws.compactMap(\.bias)).sorted()
    }
  }
}
