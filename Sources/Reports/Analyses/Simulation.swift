import Bioreactor
import Inference
import ModelLanguage

/// A culture that was simulated, ready to be shown.
public struct Simulation: Sendable {
  /// The model on its schedule.
  public let culture: Culture
  /// The parameter values and where they come from.
  public let plan: SimulationPlan
  /// The culture at the times asked for.
  public let table: [Snapshot]
  /// The culture on a fine grid with both sides of every operation; empty when nothing is drawn.
  public let curve: [Snapshot]
  /// Quantiles over draws at the instants of `table`, then of `curve`; nil without draws.
  public let bands: StreamingBands?
  /// How it was integrated.
  public let options: SimulationOptions
  /// Sentences for the reader.
  public let notes: [String]

  /// The numbers that are shown.
  public var series: [SimulationSeries] { SimulationSeries.all(of: culture) }

  /// The rules that were carried out, with their times.
  public var firings: [Firing] { table.last?.firings ?? curve.last?.firings ?? [] }

  /// A simulation from its parts.
  public init(
    culture: Culture, plan: SimulationPlan, table: [Snapshot], curve: [Snapshot],
    bands: StreamingBands?, options: SimulationOptions, notes: [String]
  ) {
    self.culture = culture
    self.plan = plan
    self.table = table
    self.curve = curve
    self.bands = bands
    self.options = options
    self.notes = notes
  }

  /// Names of the parameters whose source the model marks as not read.
  public var unverified: [String] { UnverifiedNote.names(culture.model) }
}

/// The mark of parameters whose source was not read.
public enum UnverifiedNote {
  /// Their names, in the model's order.
  public static func names(_ model: Model) -> [String] {
    model.parameters.filter(\.isUnverified).map(\.name)
  }

  /// One sentence; nil when every source was read.
  public static func sentence(_ model: Model) -> String? {
    let names = names(model)
    guard !names.isEmpty else { return nil }
    return
      "\(names.joined(separator: ", ")) of \(model.name): their values or priors rest on sources "
      + "that were not read. Put your own in their place before relying on them."
  }
}
