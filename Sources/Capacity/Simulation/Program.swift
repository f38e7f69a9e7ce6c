/// The routes as flat operations.
struct Program {
  init(_ process: Process) throws(ProcessRefused) {}
}
