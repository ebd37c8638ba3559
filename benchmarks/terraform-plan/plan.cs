#:project ../../src/Actions.Shared/Actions.Shared.csproj
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property NoWarn=RS0030;CA1303;CA1515;CA1852;CA2007;CS1591;IDE0005

using System.Diagnostics;
using Actions.Shared.Plans;

// plan.cs FILE: reads the plan, renders it for a summary and for a comment, and computes its digest; says how long each took and how much memory it needed.
var watch = Stopwatch.StartNew();
using var stream = File.OpenRead(args[0]);
var plan = PlanReader.Read(stream, args[0]);
var read = watch.Elapsed;
var report = new PlanReport { Plan = plan, Redactor = PlanRedactor.For(plan) };
var summary = PlanMarkdown.Render(report);
var comment = PlanMarkdown.Render(report, PlanMarkdown.CommentBudget);
var rendered = watch.Elapsed - read;
PlanDigest.Of(plan, new byte[32]);
var digested = watch.Elapsed - read - rendered;
using var me = Process.GetCurrentProcess();
Console.WriteLine(
    $"{stream.Length / 1e6:0.0} MB, {plan.Changes.Count:N0} resources: read {read.TotalSeconds:0.00} s, rendered twice {rendered.TotalSeconds:0.00} s ({summary.Text.Length:N0} and {comment.Text.Length:N0} characters), "
    + $"digest {digested.TotalSeconds:0.00} s, together {watch.Elapsed.TotalSeconds:0.00} s, peak {me.PeakWorkingSet64 >> 20} MiB");
