/// A quantity of which a patient, or a claim, gives one value [days].
public enum Measure: Sendable, Hashable {
  /// `Step.record` of that name.
  case recorded(String)
  /// From asking for an operation to the start of its work: queues and windows.
  case delay(String)
  /// In the queue of a pool, one value a claim; 0 for those who need not wait.
  case wait(String)
  /// In the queue of a pool, all passes of a patient together; one value a patient who finishes and
  /// whose route claims the pool.
  case patientWait(String)
  /// For a stock, one value a withdrawal, changes of campaign included.
  case stockWait(String)
}

/// One number of a replication.
///
/// "Measured patients" arrive in `warmUp ..< horizon - followUp`; "the measured time" is
/// `warmUp ... horizon`. A year has 365 days. A metric that has no value in a replication (the mean
/// of nothing) is left out of the estimates there.
public enum Metric: Sendable, Hashable {
  /// Mean of a measure [days].
  case mean(Measure)
  /// Order statistic of a measure [days]: the value of rank ceil(n p / 100); p is 10, 50, 90 or 95.
  case quantile(Measure, percent: Int)
  /// Share of values above 0: the probability to wait.
  case positive(Measure)
  /// Share of values at most the bound of the measure.
  case within(Measure)
  /// Number of values.
  case count(Measure)
  /// Use of a pool. With a calendar: unit-hours of work in its open hours over the open hours of
  /// the units that are there. Without one, or held around the clock: units held over units there.
  case utilisation(String)
  /// Mean number of units of a pool in use, over the measured time.
  case inUse(String)
  /// Mean number of units of a pool that do an operation (not held, not waiting for a window).
  case atWork(String)
  /// Mean number of claims in the queue of a pool.
  case queueLength(String)
  /// Claims in the queue of a pool at the horizon.
  case waitingAtEnd(String)
  /// Measured patients who came to an outcome, per year.
  case outcome(String)
  /// Measured patients who came to an outcome, over all measured patients who came to any.
  case outcomeShare(String)
  /// Patients who came to an outcome in the measured time, per year.
  case finished(String)
  /// Passes of measured patients through a tally, per year.
  case tally(String)
  /// Measured patients per year.
  case arrivals
  /// Mean number of patients in the facility over the measured time.
  case inSystem
  /// Patients in the facility at the horizon.
  case unfinished
  /// Age of the oldest of them [days]; 0 when there is none.
  case oldestUnfinished
  /// Units of a stock that expired, per year of the measured time.
  case expired(String)
  /// Operations longer than every window, per year of the measured time.
  case overruns
}

extension Metric {
  /// Percentages at which quantiles are kept.
  public static let percents = [10, 50, 90, 95]
}
