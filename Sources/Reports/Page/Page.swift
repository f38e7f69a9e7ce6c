/// A report as data: sections of blocks. `HTML.render` writes it as one self-contained file.
public struct Page: Hashable, Sendable {
  /// The language of the text as a BCP 47 tag, such as `en`.
  public var language: String
  /// The title of the page.
  public var title: String
  /// A line below the title, such as run, donor and date of the data; may be empty.
  public var subtitle: String
  /// The sections in order; with more than three, a list of contents comes first.
  public var sections: [Section]
  /// Lines at the end, such as versions and what the report is not.
  public var footer: [String]
  /// How it looks in HTML and on paper.
  public var look = Look.report

  /// How a page looks in HTML and on paper.
  public enum Look: Hashable, Sendable {
    /// Room to read, as many pages as it takes.
    case report
    /// Close set, for a form on one sheet of A4.
    case sheet
    /// The same in smaller type, for a form with more parts.
    case denseSheet
  }

  /// A page; see the properties.
  public init(
    title: String, subtitle: String = "", language: String = "en", sections: [Section],
    footer: [String] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.sections = sections
    self.footer = footer
  }

  /// A headed part of a page.
  public struct Section: Hashable, Sendable {
    /// The heading.
    public var heading: String
    /// What it contains.
    public var blocks: [Block]
    /// True when it shares its row with the next one; only on a sheet.
    public var isHalf = false

    /// A section with its blocks.
    public init(_ heading: String, _ blocks: [Block]) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// One piece of a section.
  public enum Block: Hashable, Sendable {
    /// A heading inside a section.
    case heading(String)
    /// Running text.
    case paragraph(String)
    /// An answer, made to be seen first.
    case verdict(Verdict)
    /// A table.
    case table(Table)
    /// A figure with its description and the notes of what could not be drawn.
    case figure(Figure)
    /// Terms and what they are, such as input hashes and versions.
    case definitions([Definition])
    /// A calculation by hand, line by line, kept as it is.
    case calculation(String)
    /// A list.
    case bullets([String])
    /// Lines to be signed by hand, one a role, such as `Checked by`.
    case signatures([String])
    /// Small print.
    case notes([String])
  }

  /// A term and what it is.
  public struct Definition: Hashable, Sendable {
    /// The term.
    public var term: String
    /// What it is.
    public var text: String

    /// A term and what it is.
    public init(_ term: String, _ text: String) {
      self.term = term
      self.text = text
    }
  }

  /// An answer in a box; its kind is said by the label and the border, never by colour alone.
  public struct Verdict: Hashable, Sendable {
    /// What the answer means for the reader.
    public enum Kind: String, Sendable, CaseIterable {
      /// Go on.
      case good
      /// Go on with care.
      case caution
      /// Do not go on.
      case stop
      /// Information only.
      case neutral
    }

    /// What the answer means for the reader.
    public var kind: Kind
    /// One to three words, such as `Criteria met`.
    public var label: String
    /// The answer in a sentence or two.
    public var text: String

    /// A verdict; see the properties.
    public init(_ kind: Kind, label: String, text: String) {
      self.kind = kind
      self.label = label
      self.text = text
    }
  }
}
