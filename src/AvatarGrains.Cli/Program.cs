using System.CommandLine;
using AvatarGrains.Cli;

var root = new RootCommand("AvatarGrains: clients of a talking-avatar server.") { ChatCommand.Create() };
var parsed = root.Parse(args);
using var help = new StringWriter();
// The chat handles signals itself: it ends its session before the program ends.
var code = await parsed.InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = help });
// Help names the script that people type, not this program's file.
Console.Out.Write(help.ToString().Replace(RootCommand.ExecutableName, "./avatar", StringComparison.Ordinal));
return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
