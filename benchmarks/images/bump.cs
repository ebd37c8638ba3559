#:project ../../src/Actions.Shared/Actions.Shared.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property NoWarn=RS0030;CA1303;CA1515;CA1852;CA2007;CS1591;IDE0005

using System.Diagnostics;
using Actions.Shared.Images;

// bump.cs DIRECTORY CHANGE: plans and applies the change to the files of the directory, and says how long each took.
var changes = new[] { ImageChange.Parse(args[1]) };
var watch = Stopwatch.StartNew();
var plan = BumpPlan.Make(args[0], ["."], changes);
var planned = watch.Elapsed;
watch.Restart();
var written = plan.Apply();
Console.WriteLine($"{plan.FilesRead:N0} files read, {written:N0} written, {plan.Refusals.Count()} refused: plan {planned.TotalSeconds:0.00} s, write {watch.Elapsed.TotalSeconds:0.00} s");
