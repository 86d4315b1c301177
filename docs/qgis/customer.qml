<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.34.0" styleCategories="Symbology">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">
  <rules key="rules">
   <rule key="rule0" symbol="0" filter="&quot;critical&quot;" label="critical / 重点用户" />
   <rule key="rule1" symbol="1" filter="ELSE" label="customer / 用户" />
  </rules>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="cross_fill" />
      <Option type="QString" name="color" value="67,74,80,255" />
      <Option type="QString" name="outline_color" value="67,74,80,255" />
      <Option type="QString" name="size" value="2.6" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="name" value="circle" />
      <Option type="QString" name="color" value="67,74,80,255" />
      <Option type="QString" name="outline_color" value="67,74,80,255" />
      <Option type="QString" name="size" value="0.9" />
      <Option type="QString" name="size_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
