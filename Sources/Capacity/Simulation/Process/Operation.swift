extension Process {
  /// Work that needs pools for its duration, inside the windows of calendars.
  ///
  /// Its windows are those that lie in its own calendar and in the calendars of all claimed pools.
  /// Claims are taken one after the other in the order given; all are given back at its end. The
  /// delay from the moment it is asked for to the start of work is measured under its name.
  public struct Operation: Sendable, Equatable {
    /// How its time lies in the windows.
    public enum Fit: String, Sendable, CaseIterable, BitwiseCopyable {
      /// It starts only where all of it fits inside one window. A drawn duration that is longer
      /// than any window starts at an opening and is counted as an overrun.
      case whole
      /// Only its start must be inside a window.
      case start
      /// Work rests while the windows are closed; the duration is counted in open time.
      case paused
    }

    /// Its name; one name is one measure of delay wherever it stands.
    public var name: String
    /// What it needs; may be empty.
    public var claims: [Claim]
    /// How long the work takes, drawn once when it is asked for.
    public var duration: Law
    /// The stream of random numbers; nil for one of its name.
    public var purpose: String?
    /// Index of its calendar; nil for none beyond those of its pools.
    public var calendar: Int?
    /// How its time lies in the windows.
    public var fit: Fit
    /// Whether its pools are held while it waits for a window. If not, it waits for the window
    /// first, then for the pools, and for the next window if they come too late for this one.
    public var holdsWhileWaiting: Bool

    /// An operation from its parts.
    public init(
      _ name: String, claims: [Claim], duration: Law, purpose: String? = nil, calendar: Int? = nil,
      fit: Fit = .whole, holdsWhileWaiting: Bool = true
    ) {
      self.name = name
      self.claims = claims
      self.duration = duration
      self.purpose = purpose
      self.calendar = calendar
      self.fit = fit
      self.holdsWhileWaiting = holdsWhileWaiting
    }
  }
}
