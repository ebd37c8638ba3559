using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
[assembly: SupportedOSPlatform("macos")]
[assembly: AssemblyFixture(typeof(ClusterFixture.ControlPlane))]
