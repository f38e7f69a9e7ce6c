import Timing

/// What the command line asks for.
struct Question {
  var only: String?
  var models = Study.names
  var replicates = 2000
  var threads = 2
  var seed: UInt64 = 20_261_121
  var data: String?
  var work = ".calibration"
  var resumes = false

  init(_ arguments: ArraySlice<String>) throws {
    var words = arguments
    while let word = words.popFirst() {
      if word == "--resume" {
        resumes = true
        continue
      }
      guard let value = words.popFirst() else { throw Unanswerable("\(word) needs a value") }
      switch word {
      case "--only" where ["coverage", "sbc"].contains(value): only = value
      case "--model" where Study.names.contains(value): models = [value]
      case "--replicates": replicates = try Question.number(word, value)
      case "--threads": threads = try Question.number(word, value)
      case "--seed": seed = UInt64(try Question.number(word, value))
      case "--data": data = value
      case "--work": work = value
      default: throw Unanswerable("\(word) \(value) is not understood")
      }
    }
  }

  private static func number(_ word: String, _ value: String) throws -> Int {
    guard let number = Int(value), number > 0 else {
      throw Unanswerable("\(word) must be a whole number above 0")
    }
    return number
  }
}
