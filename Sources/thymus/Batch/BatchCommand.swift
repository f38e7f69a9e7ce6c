import ArgumentParser
import RunFiles

/// Many items through one command, on one machine or on many.
struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Run a command for each item of a list, in slices, and collect the results.",
    discussion: """
      thymus batch run --list runs.txt --slice 2/4 --out results -- \\
          fit {} --model live_dead --until 6d --seed {seed}
        Runs 'thymus fit ITEM ... --json' for every item of slice 2 of 4. {} becomes the item,
        {seed} a seed that follows from the item. Each result is one file, written in one step.
      thymus batch collect --list runs.txt --out results --into all.jsonl
        One line an item, in the order of the list. Refused while an item is missing or failed.

      The results do not depend on the number of slices, nor on which machine ran one.
      """,
    subcommands: [BatchRunCommand.self, BatchCollectCommand.self])
}

/// `2/4`: the second of four slices.
struct SliceArgument: ExpressibleByArgument {
  let number: Int
  let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      (1...1_000_000).contains(count), (1...count).contains(number)
    else { return nil }
    (self.number, self.count) = (number, count)
  }
}
