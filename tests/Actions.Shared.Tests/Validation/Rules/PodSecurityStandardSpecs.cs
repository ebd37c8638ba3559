using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

/// <summary>Which rules each level and version of the Pod Security Standards demands.</summary>
public class PodSecurityStandardSpecs
{
    private static readonly string[] Baseline =
    [
        "apparmor-profile", "capabilities-added", "capabilities-dangerous", "host-ipc", "host-network", "host-path", "host-pid", "host-port", "host-process-windows",
        "privileged-container", "proc-mount", "seccomp-unconfined", "selinux-options", "unsafe-sysctl",
    ];

    [Fact]
    public void Nothing_is_demanded_unless_asked_for() => Demanded(PodSecurityLevel.None, 36).ShouldBeEmpty();

    [Fact]
    public void The_baseline_standard_before_and_from_1_34()
    {
        Demanded(PodSecurityLevel.Baseline, 33).ShouldBe(Baseline, ignoreOrder: true);
        Demanded(PodSecurityLevel.Baseline, 34).ShouldBe([.. Baseline, "probe-host"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(7, "")]
    [InlineData(8, "privilege-escalation")]
    [InlineData(18, "privilege-escalation")]
    [InlineData(19, "privilege-escalation seccomp-missing")]
    [InlineData(22, "privilege-escalation seccomp-missing capabilities-drop-all")]
    [InlineData(23, "privilege-escalation seccomp-missing capabilities-drop-all run-as-user-zero")]
    [InlineData(36, "privilege-escalation seccomp-missing capabilities-drop-all run-as-user-zero probe-host")]
    public void The_restricted_standard_grows(int minor, string added) => Demanded(PodSecurityLevel.Restricted, minor)
        .ShouldBe([.. Baseline, "restricted-volume-type", "run-as-root", .. added.Split(' ', StringSplitOptions.RemoveEmptyEntries)], ignoreOrder: true);

    [Fact]
    public void Every_rule_of_a_standard_names_it_as_an_alias()
    {
        foreach (var rule in RuleCatalogue.ObjectRules.Where(r => r.Standard != PodSecurityLevel.None))
        {
            rule.Descriptor.Aliases.ShouldContain($"PSS:{rule.Standard.ToString().ToLowerInvariant()}", rule.Descriptor.Id);
        }
    }

    private static IEnumerable<string> Demanded(PodSecurityLevel level, int minor)
    {
        var settings = RuleSettings.Default with { PodSecurity = level, PodSecurityMinor = minor };
        return RuleCatalogue.ObjectRules.Where(r => r.IsDemandedBy(settings)).Select(r => r.Descriptor.Id);
    }
}
