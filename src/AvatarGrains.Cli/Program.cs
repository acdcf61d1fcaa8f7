using System.CommandLine;
using AvatarGrains.Cli;

var root = new RootCommand("AvatarGrains: clients of a talking-avatar server.") { ChatCommand.Create() };
var parsed = root.Parse(args);
// Signals are the chat's own: it ends its session first.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
